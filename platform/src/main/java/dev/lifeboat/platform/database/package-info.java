/** The service's own database. */
package dev.lifeboat.platform.database;
