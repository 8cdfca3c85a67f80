/** Makes the parts that are plain Java available for injection, with their settings. */
package dev.lifeboat.platform.wiring;
