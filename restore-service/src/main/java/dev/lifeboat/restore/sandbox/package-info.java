/**
 * Sandboxes: real PostgreSQL servers that live for one attempt of one recovery, can hurt nobody, and are gone when their
 * lease ends.
 */
package dev.lifeboat.restore.sandbox;
