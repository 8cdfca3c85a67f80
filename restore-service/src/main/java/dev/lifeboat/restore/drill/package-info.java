/** Drills as they are asked for, watched, called off and scheduled. */
package dev.lifeboat.restore.drill;
