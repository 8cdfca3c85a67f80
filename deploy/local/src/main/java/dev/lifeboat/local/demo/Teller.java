package dev.lifeboat.local.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** Tells the story on a terminal of 80 columns: chapters, facts, and one line that moves while something lasts. */
final class Teller {
    private static final int WIDTH = 79;

    private final PrintStream out;
    private final boolean terminal;
    private final InstantSource clock;
    private final long begun;
    private int chapter;
    private String moving = "";

    Teller(PrintStream out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.begun = clock.millis();
    }

    void chapter(String title) {
        settle();
        chapter++;
        out.println();
        out.println(chapter + ". " + title + "   [" + elapsed() + "]");
    }

    void fact(String text) {
        settle();
        for (String line : wrap(text)) {
            out.println("   " + line);
        }
    }

    void good(String text) {
        settle();
        out.println("   ok    " + text);
    }

    void bad(String text) {
        settle();
        out.println("   FAIL  " + text);
    }

    /** A line that is written over by the next one; without a terminal it is printed only when it says something new. */
    void moving(String text) {
        String line = ("   ...   " + text);
        line = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
        if (line.equals(moving)) {
            return;
        }
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, moving.length() - line.length())));
            out.flush();
        }
        moving = line;
    }

    private void settle() {
        if (terminal && !moving.isEmpty()) {
            out.print("\r" + " ".repeat(moving.length()) + "\r");
        }
        moving = "";
    }

    /** Time since the story began. */
    String elapsed() {
        return seconds(Duration.ofMillis(clock.millis() - begun));
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static String[] wrap(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH - 3) {
                lines.append('\n');
                column = 0;
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString().split("\n", -1);
    }
}
