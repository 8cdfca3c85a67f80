package dev.lifeboat.platform.correlation;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jboss.logging.MDC;

/**
 * What ties together a request, the events that it causes and the tools that run for it. Bound to the thread that works
 * on it, shown in each log line, written into each event, handed to each tool's environment.
 *
 * @param correlationId the request or trigger that began it all
 * @param causationId the event or request that directly led here
 * @param actor {@code principal/<name>}, {@code policy/<cluster>/<name>} or {@code service/<name>}
 * @param traceparent W3C trace context, or null
 */
public record Correlation(String correlationId, String causationId, String actor, String traceparent) {
    private static final ThreadLocal<Correlation> CURRENT = new ThreadLocal<>();

    /** What this thread is working on, if it said so. */
    public static Optional<Correlation> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** The same story, one step on: caused by the given event or operation. */
    public Correlation causedBy(String cause) {
        return new Correlation(correlationId, cause, actor, traceparent);
    }

    /** Runs the work with this as {@link #current()}, and puts back what was there before. */
    public <T> T call(Callable<T> work) throws Exception {
        Correlation before = CURRENT.get();
        bind(this);
        try {
            return work.call();
        } finally {
            bind(before);
        }
    }

    /** Binds to this thread, or unbinds with null: for filters that see a beginning and an end in separate calls. */
    public static void bind(Correlation correlation) {
        if (correlation == null) {
            CURRENT.remove();
            MDC.remove("correlationId");
            MDC.remove("causationId");
            MDC.remove("actor");
        } else {
            CURRENT.set(correlation);
            put("correlationId", correlation.correlationId);
            put("causationId", correlation.causationId);
            put("actor", correlation.actor);
        }
    }

    private static void put(String key, String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
