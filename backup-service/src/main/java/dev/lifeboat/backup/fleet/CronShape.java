package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.lifeboat.platform.schedule.Schedule;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Five-field cron and time zones, with the field named that is wrong. */
final class CronShape {
    private static final List<String> FIELDS = List.of("minute", "hour", "day of month", "month", "day of week");
    private static final List<String> BOUNDS = List.of("0-59", "0-23", "1-31", "1-12 or JAN-DEC", "0-7 or SUN-SAT");
    private static final Map<String, String> SHORTHANDS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    private CronShape() {}

    /** A cron text that fires at least once. */
    static Shape cron() {
        return Values.text(200).then((node, at) -> {
            String[] fields = node.textValue().strip().split("\\s+");
            String shorthand = SHORTHANDS.get(node.textValue().strip());
            if (fields.length != FIELDS.size()) {
                return at.mistake(
                        "cron.malformed",
                        "A schedule has five fields, this has " + fields.length + ".",
                        String.join(", ", FIELDS),
                        Shape.shown(node.textValue()),
                        shorthand != null
                                ? "Write " + shorthand + "."
                                : fields.length == 6 ? "There is no field for seconds or years." : null);
            }
            boolean mistaken = false;
            for (int i = 0; i < fields.length; i++) {
                if (!readable(i, fields[i])) {
                    mistaken = true;
                    at.mistake(
                            "cron.malformed",
                            "The field " + FIELDS.get(i) + " of this schedule cannot be read.",
                            FIELDS.get(i) + ": * or " + BOUNDS.get(i) + ", lists 1,2, ranges 1-5, steps */5",
                            Shape.shown(fields[i]),
                            null);
                }
            }
            if (mistaken) {
                return null;
            }
            if (!fires(String.join(" ", fields))) {
                return at.mistake(
                        "cron.never", "This schedule never fires.", "a day that exists", node.textValue(), null);
            }
            return node.textValue().equals(String.join(" ", fields))
                    ? node
                    : TextNode.valueOf(String.join(" ", fields));
        });
    }

    /** An IANA time zone. */
    static Shape zone() {
        return Values.text(64).then((node, at) -> {
            String name = node.textValue();
            if (ZoneId.getAvailableZoneIds().contains(name)) {
                return node;
            }
            return at.mistake(
                    "time-zone.unknown",
                    "There is no such time zone.",
                    "an IANA name such as UTC or Europe/Berlin",
                    Shape.shown(name),
                    offset(name)
                            ? "An offset knows no daylight saving: name the place."
                            : Spelling.suggestion(name, ZoneId.getAvailableZoneIds()));
        });
    }

    private static boolean fires(String cron) {
        try {
            return Schedule.of(cron, ZoneOffset.UTC).nextAfter(Instant.EPOCH).isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean readable(int index, String field) {
        List<String> alone = new ArrayList<>(Collections.nCopies(FIELDS.size(), "*"));
        alone.set(index, field);
        try {
            Schedule.of(String.join(" ", alone), ZoneOffset.UTC);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean offset(String name) {
        try {
            ZoneId.of(name);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
