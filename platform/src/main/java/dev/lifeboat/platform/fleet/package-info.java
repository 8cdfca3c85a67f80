/** What services derive from declarations, and must derive alike. */
package dev.lifeboat.platform.fleet;
