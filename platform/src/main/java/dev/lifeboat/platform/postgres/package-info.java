/** Reaching PostgreSQL: its programs, connections to it, names in SQL, and how one fault is told from another. */
package dev.lifeboat.platform.postgres;
