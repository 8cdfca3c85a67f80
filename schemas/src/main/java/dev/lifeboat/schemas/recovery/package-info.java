/** The life of drills and restores. */
package dev.lifeboat.schemas.recovery;
