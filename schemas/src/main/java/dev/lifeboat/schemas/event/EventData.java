package dev.lifeboat.schemas.event;

/**
 * The {@code data} of a CloudEvent. Each topic has one sealed hierarchy below this; {@link EventType} says which record
 * goes by which type name on which topic.
 */
public interface EventData {}
