package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One static page, without scripts and without anything from elsewhere: what was proven, phase by phase. */
final class EvidencePage {
    private static final int PICTURE = 900;
    private static final int NAMES = 150;
    private static final int NUMBERS = 90;

    /** The same phase has the same colour in each picture, whatever phases a method has. */
    private static final Map<String, String> COLOURS = Map.ofEntries(
            Map.entry("queued", "#adb5bd"),
            Map.entry("planning", "#8ecae6"),
            Map.entry("provisioning", "#219ebc"),
            Map.entry("restoring", "#fb8500"),
            Map.entry("starting", "#ffb703"),
            Map.entry("replaying", "#577590"),
            Map.entry("first-write", "#d62828"),
            Map.entry("verifying", "#6d597a"),
            Map.entry("holding", "#b5838d"),
            Map.entry("inspecting", "#43aa8b"),
            Map.entry("teardown", "#ced4da"));

    private static final String OTHER = "#90be6d";

    private EvidencePage() {}

    /** A drill and what the page calls it. */
    record Shown(String title, JsonNode drill) {}

    /** @param window a section drawn elsewhere, or nothing */
    static String render(String madeAt, String window, List<Shown> drills) {
        StringBuilder page = new StringBuilder(SampleShop.resource("evidence-head.html"));
        page.append("<h1>Can <em>shop</em> come back?</h1>\n<p class=\"sub\">Rehearsed by Lifeboat, ")
                .append(text(madeAt.replaceFirst("T", " ").replaceFirst("\\.?\\d*Z$", "")))
                .append(" UTC. Times are measured, not configured.</p>\n");
        page.append(window);
        for (Shown shown : drills) {
            drill(page, shown);
        }
        return page.append("</main></body></html>\n").toString();
    }

    private static void drill(StringBuilder page, Shown shown) {
        JsonNode drill = shown.drill();
        String verdict = drill.path("verdict").asText("none");
        page.append("<section><h2>")
                .append(text(shown.title()))
                .append(" <span class=\"")
                .append(text(verdict))
                .append("\">")
                .append(text(verdict))
                .append("</span></h2>\n");
        if (drill.hasNonNull("reason")) {
            page.append("<p>").append(text(drill.path("reason").asText())).append("</p>\n");
        }
        page.append("<p class=\"sub\">backup ")
                .append(text(drill.path("backupId").asText("?")))
                .append(" &middot; RTO ")
                .append(text(measure(drill.path("rto"))))
                .append(" &middot; RPO ")
                .append(text(measure(drill.path("rpo"))))
                .append(" &middot; ledger entry ")
                .append(text(drill.path("evidence").path("sequence").asText("none")))
                .append("</p>\n");
        phases(page, drill.path("phases"));
        page.append(
                "<table><colgroup><col class=\"name\"><col class=\"verdict\"><col></colgroup><tr><th>check</th><th>verdict</th><th>what was found</th></tr>\n");
        for (JsonNode check : drill.path("checks")) {
            String outcome = check.path("verdict").asText();
            page.append("<tr><td>")
                    .append(text(check.path("name").asText()))
                    .append("</td><td><span class=\"")
                    .append(text(outcome))
                    .append("\">")
                    .append(text(outcome))
                    .append("</span></td><td>")
                    .append(text(check.path("reason").asText(check.path("found").asText(""))))
                    .append("</td></tr>\n");
        }
        page.append("</table></section>\n");
    }

    private static void phases(StringBuilder page, JsonNode phases) {
        double total = 0;
        for (JsonNode phase : phases) {
            total += seconds(phase);
        }
        if (total == 0) {
            return;
        }
        int height = 24 * phases.size() + 28;
        page.append("<svg viewBox=\"0 0 ")
                .append(PICTURE)
                .append(' ')
                .append(height)
                .append("\" role=\"img\" aria-label=\"phases of the drill\">\n");
        double at = 0;
        int row = 0;
        for (JsonNode phase : phases) {
            String name = phase.path("name").asText();
            double width = (PICTURE - NAMES - NUMBERS) * seconds(phase) / total;
            int y = 4 + 24 * row;
            page.append(String.format(
                    Locale.ROOT,
                    "<text x=\"0\" y=\"%d\">%s</text><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%.2f s</text>%n",
                    y + 14,
                    text(name),
                    NAMES + at,
                    y,
                    Math.max(width, 1),
                    COLOURS.getOrDefault(name, OTHER),
                    NAMES + 8 + at + width,
                    y + 14,
                    seconds(phase)));
            at += width;
            row++;
            if (name.equals("first-write")) {
                recovered(page, NAMES + at, height);
            }
        }
        page.append("</svg>\n");
    }

    /** From here on the service would be back: what comes after belongs to the rehearsal. */
    private static void recovered(StringBuilder page, double at, int height) {
        page.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"2\" x2=\"%.1f\" y2=\"%d\" class=\"back\"/><text x=\"%.1f\" y=\"%d\" class=\"back\""
                        + " text-anchor=\"end\">writes again: RTO ends</text>%n",
                at,
                at,
                height,
                at - 6,
                height - 6));
    }

    static String measure(JsonNode measure) {
        if (!measure.hasNonNull("measured")) {
            return "not measured"
                    + (measure.hasNonNull("note") ? " (" + measure.path("note").asText() + ")" : "");
        }
        String measured = span(Duration.parse(measure.path("measured").asText()));
        if (!measure.hasNonNull("objective")) {
            return measured + ", no objective";
        }
        return measured + " of "
                + span(Duration.parse(measure.path("objective").asText()))
                + (measure.path("met").asBoolean() ? ", met" : ", NOT met");
    }

    /** As a person would say it: seconds up to two minutes, whole minutes up to two hours. */
    static String span(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return Teller.seconds(duration);
        }
        return duration.compareTo(Duration.ofHours(2)) < 0
                ? String.format(Locale.ROOT, "%.0f min", duration.toSeconds() / 60.0)
                : String.format(Locale.ROOT, "%.1f h", duration.toMinutes() / 60.0);
    }

    static double seconds(JsonNode phase) {
        return phase.hasNonNull("duration")
                ? Duration.parse(phase.path("duration").asText()).toMillis() / 1000.0
                : 0;
    }

    static String text(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
