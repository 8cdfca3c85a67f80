package dev.lifeboat.backup.stream;

import java.util.Locale;

/** How a stream is. */
public enum StreamState {
    /** Wanted, and on its way to the server. */
    STARTING,
    /** WAL comes, and the store takes it. */
    STREAMING,
    /** WAL comes, or waits at the server, and the store does not take it. */
    STALLED,
    /** It broke, and is begun again by itself. */
    RETRYING,
    /** Somebody must act; the failure says what to do. */
    BLOCKED,
    /** Not wanted any more: its slots are being dropped. */
    ENDING,
    /** Over, by declaration. */
    ENDED;

    /** As rows and answers say it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StreamState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
