package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as people and programs read them. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Report() {}

    /** A table of at most 100 columns. */
    static List<String> table(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.add(line("name", "measured", "reference", "ratio", "goal", "met"));
        for (Result result : results) {
            lines.add(line(
                    result.name(),
                    number(result.measured()) + " " + result.unit(),
                    result.reference() == null ? "-" : number(result.reference()) + " " + result.unit(),
                    result.ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", result.ratio()),
                    result.goal(),
                    result.met() ? "yes" : "NO"));
        }
        return lines;
    }

    private static String line(String name, String measured, String reference, String ratio, String goal, String met) {
        return String.format(Locale.ROOT, "%-38s %13s %13s %6s %-13s %s", name, measured, reference, ratio, goal, met)
                .stripTrailing();
    }

    /** Three digits that matter, without an exponent. */
    static String number(double value) {
        double size = Math.abs(value);
        String text = String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** {@code <group>.json} with the machine's facts and the group's results. */
    static void write(Path folder, String group, Map<String, String> machine, List<Result> results) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(
                folder.resolve(group + ".json").toFile(),
                Map.of("group", group, "machine", machine, "results", results));
    }
}
