package dev.lifeboat.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** One static page, without scripts and without anything from elsewhere: what was proven, phase by phase. */
final class EvidencePage {
    private static final int PICTURE = 900;
    private static final List<String> COLOURS =
            List.of("#8ecae6", "#219ebc", "#ffb703", "#fb8500", "#90be6d", "#577590", "#b5838d", "#6d597a", "#43aa8b");

    private EvidencePage() {}

    /** A drill and what the page calls it. */
    record Shown(String title, JsonNode drill) {}

    static String render(String madeAt, List<Shown> drills) {
        StringBuilder page = new StringBuilder(SampleShop.resource("evidence-head.html"));
        page.append("<h1>Can <em>shop</em> come back?</h1>\n<p class=\"sub\">Rehearsed by Lifeboat, ")
                .append(text(madeAt))
                .append(" UTC. Times are measured, not configured.</p>\n");
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
        page.append("<table><tr><th>check</th><th>verdict</th><th>what was found</th></tr>\n");
        for (JsonNode check : drill.path("checks")) {
            String outcome = check.path("verdict").asText();
            page.append("<tr><td>")
                    .append(text(check.path("name").asText()))
                    .append("</td><td><span class=\"")
                    .append(text(outcome))
                    .append("\">")
                    .append(text(outcome))
                    .append("</span></td><td>")
                    .append(text(check.path("reason").asText("")))
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
        int height = 24 * phases.size() + 8;
        page.append("<svg viewBox=\"0 0 ")
                .append(PICTURE)
                .append(' ')
                .append(height)
                .append("\" role=\"img\" aria-label=\"phases of the drill\">\n");
        double at = 0;
        int row = 0;
        for (JsonNode phase : phases) {
            double width = (PICTURE - 320) * seconds(phase) / total;
            int y = 4 + 24 * row;
            page.append(String.format(
                    Locale.ROOT,
                    "<text x=\"0\" y=\"%d\">%s</text><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%.2f s</text>%n",
                    y + 14,
                    text(phase.path("name").asText()),
                    160 + at,
                    y,
                    Math.max(width, 1),
                    COLOURS.get(row % COLOURS.size()),
                    168 + at + width,
                    y + 14,
                    seconds(phase)));
            at += width;
            row++;
        }
        page.append("</svg>\n");
    }

    static String measure(JsonNode measure) {
        if (!measure.hasNonNull("measured")) {
            return "not measured"
                    + (measure.hasNonNull("note") ? " (" + measure.path("note").asText() + ")" : "");
        }
        String measured = Teller.seconds(Duration.parse(measure.path("measured").asText()));
        if (!measure.hasNonNull("objective")) {
            return measured + ", no objective";
        }
        return measured + " of "
                + Teller.seconds(Duration.parse(measure.path("objective").asText()))
                + (measure.path("met").asBoolean() ? ", met" : ", NOT met");
    }

    static double seconds(JsonNode phase) {
        return phase.hasNonNull("duration")
                ? Duration.parse(phase.path("duration").asText()).toMillis() / 1000.0
                : 0;
    }

    private static String text(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
