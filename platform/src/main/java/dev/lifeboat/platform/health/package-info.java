/** What a service needs to be ready, and what of it is missing. */
package dev.lifeboat.platform.health;
