/** A running stack as its users see it: over HTTP, with what {@code stack.json} says. */
package dev.lifeboat.local.api;
