package dev.lifeboat.platform.process;

import dev.lifeboat.platform.secrets.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Reads a stream to its end and keeps its last lines, redacted before they are kept. A line without an end is cut into
 * pieces, never within something that could still become a secret. Carriage returns end lines too: that is how tools draw
 * progress.
 */
final class OutputTail {
    private static final int PIECE = 8 * 1024;

    private final int maxChars;
    private final Redactor redactor;
    private final Consumer<String> listener;
    private final Deque<String> lines = new ArrayDeque<>();
    private int kept;

    OutputTail(int maxChars, Redactor redactor, Consumer<String> listener) {
        this.maxChars = maxChars;
        this.redactor = redactor;
        this.listener = listener;
    }

    /** Until the end of the stream. A listener that throws ends the reading with what it threw. */
    void readFrom(InputStream in) throws IOException {
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
        char[] buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = reader.read(buffer)) >= 0) {
            for (int i = 0; i < read; i++) {
                char c = buffer[i];
                if (c == '\n' || c == '\r') {
                    take(redactor.redact(line.toString()));
                    line.setLength(0);
                } else {
                    line.append(c);
                }
            }
            if (line.length() >= PIECE + redactor.longest()) {
                String hidden = redactor.redact(line.toString());
                int cut = Math.max(0, hidden.length() - redactor.longest());
                take(hidden.substring(0, cut));
                line.setLength(0);
                line.append(hidden, cut, hidden.length());
            }
        }
        take(redactor.redact(line.toString()));
    }

    private void take(String line) {
        if (line.isEmpty()) {
            return;
        }
        synchronized (lines) {
            lines.addLast(line);
            kept += line.length() + 1;
            while (kept > maxChars && lines.size() > 1) {
                kept -= lines.removeFirst().length() + 1;
            }
        }
        listener.accept(line);
    }

    /** The last lines, each with its end; the very last one is cut from the left if it alone is too long. */
    String text() {
        synchronized (lines) {
            String text = String.join("\n", lines);
            return text.length() > maxChars ? text.substring(text.length() - maxChars) : text;
        }
    }
}
