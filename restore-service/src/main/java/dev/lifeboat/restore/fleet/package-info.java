/** What is declared, as this service knows it from events. */
package dev.lifeboat.restore.fleet;
