/** Secrets: references that resolve at the last moment and only inside an allow-list, values that do not print. */
package dev.lifeboat.platform.secrets;
