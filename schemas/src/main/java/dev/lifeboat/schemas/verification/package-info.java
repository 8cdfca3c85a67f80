/** Checks and verdicts. */
package dev.lifeboat.schemas.verification;
