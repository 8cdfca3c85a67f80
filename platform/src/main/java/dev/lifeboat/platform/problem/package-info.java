/** Errors as application/problem+json. */
package dev.lifeboat.platform.problem;
