package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells the story on a terminal of 80 columns: chapters, facts, and one line that moves while something lasts. */
final class Teller {
    private static final int WIDTH = 79;
    private static final int BAR = 40;
    private static final String INDENT = "   ";

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
        say(INDENT, text);
    }

    /** A fact under a name; those that follow one another stand in columns. */
    void fact(String name, String text) {
        say(INDENT + "%-11s".formatted(name), text);
    }

    void good(String text) {
        marked("ok", text);
    }

    void bad(String text) {
        marked("FAIL", text);
    }

    /** A check of a drill; that one fails may be just what is wanted. */
    void check(String verdict, String text) {
        marked(
                switch (verdict) {
                    case "passed" -> "ok";
                    case "not-applicable" -> "n/a";
                    default -> verdict;
                },
                text);
    }

    /** How long something took, as a bar beside others. */
    void bar(String name, double seconds, double longest) {
        int length = longest <= 0 ? 0 : (int) Math.round(BAR * seconds / longest);
        settle();
        out.println((INDENT + String.format(Locale.ROOT, "%-16s%7.2f s  ", name, seconds) + "#".repeat(length))
                .stripTrailing());
    }

    /** A failure as the services tell it: what, what was expected and found, what to do; each on lines of its own. */
    void failure(JsonNode failure) {
        String what = failure.path("message").asText(failure.path("detail").asText(failure.toString()));
        fact(failure.hasNonNull("pointer") ? failure.path("pointer").asText() + ": " + what : what);
        for (String part : List.of("expected", "found", "hint", "code")) {
            if (failure.hasNonNull(part)) {
                fact("  " + part, failure.path(part).asText());
            }
        }
        failure.path("errors").forEach(this::failure);
    }

    private void marked(String mark, String text) {
        say(INDENT + "%-5s ".formatted(mark), text);
    }

    /** Text after a lead; what does not fit on the line goes on below, as far in as it began. */
    private void say(String lead, String text) {
        settle();
        String before = lead;
        for (String line : wrap(text, WIDTH - lead.length())) {
            out.println((before + line).stripTrailing());
            before = " ".repeat(lead.length());
        }
    }

    /** A line that is written over by the next one; it is left out where there is no terminal. */
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

    /** Lines of at most this width, broken between words; a word that is longer stands alone. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
