/** Processes, ports and users of the operating system (Linux). */
package dev.lifeboat.local.process;
