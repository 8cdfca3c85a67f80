/** From the commit to Kafka. */
package dev.lifeboat.platform.events.outbox;
