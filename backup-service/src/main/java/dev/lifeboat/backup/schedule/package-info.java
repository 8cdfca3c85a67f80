/** When policies are due, and what happens then. */
package dev.lifeboat.backup.schedule;
