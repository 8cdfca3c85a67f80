package dev.lifeboat.platform.events.inbox;

/** Where a record came from, and its bytes as they came. {@code key} may be null. */
@SuppressWarnings("ArrayRecordComponent") // bytes are passed through, never compared
record Origin(String topic, int partition, long offset, String key, byte[] event) {}
