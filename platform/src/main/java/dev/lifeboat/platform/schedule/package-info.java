/** When something is due. */
package dev.lifeboat.platform.schedule;
