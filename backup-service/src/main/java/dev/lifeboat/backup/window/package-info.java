/** The recovery window: which moments can be recovered, computed from what a store lists, and where WAL is missing. */
package dev.lifeboat.backup.window;
