/** What the system tests stand on: one stack for all of them, and words for what they do with it. */
package dev.lifeboat.system.stack;
