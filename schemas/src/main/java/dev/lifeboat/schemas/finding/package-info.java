/** What somebody should look at. */
package dev.lifeboat.schemas.finding;
