/** The envelope of what passes between services, topics, keys and type names. */
package dev.lifeboat.schemas.event;
