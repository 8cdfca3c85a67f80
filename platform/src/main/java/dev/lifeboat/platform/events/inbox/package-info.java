/** From Kafka to an effect that happens once. */
package dev.lifeboat.platform.events.inbox;
