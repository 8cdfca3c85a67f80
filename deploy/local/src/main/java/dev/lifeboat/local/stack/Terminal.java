package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.process.ProcessIdentity;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a person sees, in at most 80 columns. */
public final class Terminal implements Progress {
    private static final int WIDTH = 80;

    private final PrintStream out;

    public Terminal(PrintStream out) {
        this.out = out;
    }

    @Override
    public void starting(PartName part, int port) {
        line("  %-16s starting on port %d", part.text(), port);
    }

    @Override
    public void ready(PartName part, int port, ProcessIdentity process, Duration after, boolean wasRunning) {
        line(
                "  %-16s %-8s port %-6d pid %-8d %s",
                part.text(),
                wasRunning ? "running" : "ready",
                port,
                process.pid(),
                wasRunning ? "was up already" : "after " + seconds(after));
    }

    @Override
    public void stopping(PartName part) {
        line("  %-16s stopping", part.text());
    }

    @Override
    public void stopped(PartName part, ProcessIdentity process, Duration after) {
        line("  %-16s stopped  pid %-8d after %s", part.text(), process.pid(), seconds(after));
    }

    @Override
    public void note(String text) {
        line("  %s", text);
    }

    /** A line of text. */
    public synchronized void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** An error and those that came with it: what was expected, what was found, what to do. */
    public void error(LocalStackException e) {
        labelled("Error:", e.code());
        labelled("  expected", e.expected());
        labelled("  found", e.found());
        labelled("  hint", e.hint());
        for (Throwable more : e.getSuppressed()) {
            if (more instanceof LocalStackException another) {
                line("");
                error(another);
            }
        }
    }

    private void labelled(String label, String text) {
        List<String> lines = new ArrayList<>();
        text.lines().forEach(paragraph -> lines.addAll(wrapped(paragraph, WIDTH - 11)));
        for (int i = 0; i < lines.size(); i++) {
            line("%-10s %s", i == 0 ? label : "", lines.get(i));
        }
    }

    /** Text in lines of at most so many characters; a word that is longer stays whole, to be copied. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!current.isEmpty() && current.length() + 1 + word.length() > width) {
                lines.add(current.toString());
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
        }
        lines.add(current.toString());
        return lines;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
