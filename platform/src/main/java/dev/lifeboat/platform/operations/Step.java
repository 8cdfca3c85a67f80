package dev.lifeboat.platform.operations;

import dev.lifeboat.schemas.Failure;
import java.time.Duration;

/** What one run of an operation's handler came to. */
public sealed interface Step {

    /** All is done, and the domain's rows say so already. */
    record Done() implements Step {}

    /** Not now: wait and run again; {@code cause} may be null when nothing is wrong and something is only awaited. */
    record RetryAfter(Duration delay, Failure cause) implements Step {}

    /** It will not work; {@link OperationHandler#ended} is called with this failure. */
    record Failed(Failure failure) implements Step {}

    /** Shorthand. */
    static Step done() {
        return new Done();
    }

    /** Shorthand: something is awaited. */
    static Step waitFor(Duration delay) {
        return new RetryAfter(delay, null);
    }
}
