/** {@code make demo}: a story with an end, told on a terminal and kept as a page. */
package dev.lifeboat.local.demo;
