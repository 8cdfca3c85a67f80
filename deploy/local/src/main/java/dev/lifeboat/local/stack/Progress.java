package dev.lifeboat.local.stack;

import dev.lifeboat.local.process.ProcessIdentity;
import java.time.Duration;

/** Told of what happens to the parts, from several threads. */
public interface Progress {
    /** A part is about to be started. */
    void starting(PartName part, int port);

    /** A part answers. */
    void ready(PartName part, int port, ProcessIdentity process, Duration after, boolean wasRunning);

    /** A part is about to be stopped; a service that is stopped for the first time takes half a minute, see StartCache. */
    void stopping(PartName part);

    /** A part ended. */
    void stopped(PartName part, ProcessIdentity process, Duration after);

    /** Something worth knowing. */
    void note(String text);
}
