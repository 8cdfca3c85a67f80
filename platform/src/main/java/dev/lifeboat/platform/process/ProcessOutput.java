package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Where a tool's standard output goes. */
public sealed interface ProcessOutput {

    /** Its last bytes are kept, line by line, with the secrets taken out. */
    record Tail(int maxBytes) implements ProcessOutput {}

    /** The whole of it as text, for output that is parsed; more than {@code maxBytes} ends the tool with an error. */
    record Text(int maxBytes) implements ProcessOutput {}

    /** Into a new or emptied file, written by the tool itself. */
    record ToFile(Path file) implements ProcessOutput {}

    /** Read by us while the tool runs. */
    record Consumed(Reader reader) implements ProcessOutput {}

    /**
     * Reads a tool's output. An exception from it ends the tool. What has been read is worth something only after the
     * tool's exit status has been looked at: a stream that ends says nothing about how the tool ended.
     */
    @FunctionalInterface
    interface Reader {
        /** Called once, on a thread of its own. */
        void readFrom(InputStream stdout) throws IOException, InterruptedException;
    }
}
