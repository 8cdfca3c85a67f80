/** Facts that need a sandbox's files; the verifier judges them. */
package dev.lifeboat.restore.inspect;
