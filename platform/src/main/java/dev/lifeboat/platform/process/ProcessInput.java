package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** What a tool reads from its standard input. */
public sealed interface ProcessInput {

    /** Nothing: end of file at once. */
    record Empty() implements ProcessInput {}

    /** A file, opened by the launcher; the bytes do not pass through us. */
    record FromFile(Path file) implements ProcessInput {}

    /** What we write. The stream is closed after the writer has returned. */
    record Written(Writer writer) implements ProcessInput {}

    /**
     * Writes a tool's input. An exception from it, other than that the tool has closed its end, ends the tool: it must not
     * take a cut stream for a whole one.
     */
    @FunctionalInterface
    interface Writer {
        /** Called once, on a thread of its own. */
        void writeTo(OutputStream stdin) throws IOException, InterruptedException;
    }
}
