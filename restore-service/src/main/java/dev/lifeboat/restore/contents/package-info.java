/** What an archive of pg_dump holds, by its own table of contents, and which part of it makes a selection whole. */
package dev.lifeboat.restore.contents;
