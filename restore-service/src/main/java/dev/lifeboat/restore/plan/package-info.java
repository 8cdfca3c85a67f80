/** What a recovery will read and need, and what would stop it, before it touches anything. */
package dev.lifeboat.restore.plan;
