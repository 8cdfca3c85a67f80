/** From a sandbox that is ready to checks that are done. */
package dev.lifeboat.verifier.verification;
