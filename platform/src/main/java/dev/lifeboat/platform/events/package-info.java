/** Transactional outbox and idempotent inbox over Kafka. */
package dev.lifeboat.platform.events;
