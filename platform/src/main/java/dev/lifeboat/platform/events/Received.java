package dev.lifeboat.platform.events;

import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.Topic;

/** An event that arrived, decoded. */
public record Received(Topic topic, String key, CloudEvent<? extends EventData> event) {}
