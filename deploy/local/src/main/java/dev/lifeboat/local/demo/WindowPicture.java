package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A recovery window drawn over time: from when to when any second can be had, its backups, and what happened in it. */
final class WindowPicture {
    private static final int WIDTH = 900;
    private static final int NAMES = 150;
    private static final int ROW = 30;
    private static final int TOP = 44;

    private final StringBuilder svg = new StringBuilder();
    private final Instant from;
    private final Instant to;

    private WindowPicture(Instant from, Instant to) {
        this.from = from;
        this.to = to;
    }

    static String of(AnySecond.Story story) {
        JsonNode window = story.window();
        Instant now = Instant.parse(window.path("computedAt").asText());
        Instant first = now;
        for (JsonNode repository : window.path("repositories")) {
            for (JsonNode joined : repository.path("windows")) {
                first = earlier(first, at(joined.path("from")));
            }
        }
        Duration margin = Duration.between(first, now).dividedBy(20).plusMillis(500);
        WindowPicture picture = new WindowPicture(first.minus(margin), now.plus(margin));
        picture.draw(story, now);
        return "<section><h2>What can be recovered</h2>\n<p class=\"sub\">Computed from what the bucket lists, at "
                + EvidencePage.text(second(now)) + " UTC</p>\n" + picture.svg + "</section>\n";
    }

    private void draw(AnySecond.Story story, Instant now) {
        JsonNode repositories = story.window().path("repositories");
        int height = TOP + ROW * repositories.size() + 46;
        svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(height);
        svg.append("\" role=\"img\" aria-label=\"recovery window\">\n");
        int y = TOP;
        for (JsonNode repository : repositories) {
            text(
                    0,
                    y + 15,
                    "",
                    repository.path("repository").asText() + ", "
                            + repository.path("method").asText());
            for (JsonNode joined : repository.path("windows")) {
                bar(at(joined.path("from")), at(joined.path("to")), y);
            }
            for (JsonNode backup : repository.path("backups")) {
                if (backup.path("usable").asBoolean()) {
                    double x = x(at(backup.path("from")));
                    svg.append(line(x, y - 4, x, y + 22, "backup"));
                    text(x + 4, y + 36, "", "backup");
                }
            }
            y += ROW;
        }
        mark(story.wanted(), height, 14, "wanted " + second(story.wanted()), "wanted");
        mark(story.mistake().at(), height, 30, "the mistake", "back");
        mark(now, height, height - 4, "now", "now");
        svg.append("</svg>\n");
    }

    private void bar(Instant start, Instant end, int y) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"#43aa8b\"/>%n",
                x(start),
                y,
                Math.max(1, x(end) - x(start))));
    }

    private void mark(Instant moment, int height, int y, String what, String style) {
        double x = x(moment);
        svg.append(line(x, y < height / 2 ? y - 10 : TOP - 6, x, height - 18, style));
        boolean right = x > WIDTH * 0.75;
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" class=\"%s\"%s>%s</text>%n",
                right ? x - 5 : x + 5,
                y,
                style,
                right ? " text-anchor=\"end\"" : "",
                EvidencePage.text(what)));
    }

    private void text(double x, int y, String style, String what) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" class=\"%s\">%s</text>%n",
                x,
                y,
                style,
                EvidencePage.text(what)));
    }

    private static String line(double x1, double y1, double x2, double y2, String style) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                style);
    }

    private double x(Instant moment) {
        double share = (double) Duration.between(from, moment).toMillis()
                / Duration.between(from, to).toMillis();
        return NAMES + (WIDTH - NAMES) * Math.clamp(share, 0, 1);
    }

    private static Instant at(JsonNode point) {
        return point.hasNonNull("at") ? Instant.parse(point.path("at").asText()) : Instant.MAX;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS)
                .toString()
                .replaceFirst("T", " ")
                .replace("Z", "");
    }
}
