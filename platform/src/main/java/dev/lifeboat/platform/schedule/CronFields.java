package dev.lifeboat.platform.schedule;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The five fields of UNIX cron and the local times that they name. As POSIX has it: where both day fields restrict, a
 * day is due that matches either.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html">POSIX, crontab</a>
 */
final class CronFields {
    /** 29 February may be eight years away, and a leap day on a certain weekday 40. */
    private static final int YEARS_AHEAD = 41;

    private enum Field {
        MINUTE("minute", 0, 59, ""),
        HOUR("hour", 0, 23, ""),
        DAY("day of month", 1, 31, ""),
        MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
        WEEKDAY("day of week", 0, 7, "SUN MON TUE WED THU FRI SAT");

        private final String title;
        private final int from;
        private final int to;
        private final String names;

        Field(String title, int from, int to, String names) {
            this.title = title;
            this.from = from;
            this.to = to;
            this.names = names;
        }

        List<String> names() {
            return names.isEmpty() ? List.of() : List.of(names.split(" "));
        }
    }

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyDay;
    private final boolean anyWeekday;

    private CronFields(String[] fields) {
        this.minutes = parse(Field.MINUTE, fields[0]);
        this.hours = parse(Field.HOUR, fields[1]);
        this.days = parse(Field.DAY, fields[2]);
        this.months = parse(Field.MONTH, fields[3]);
        this.weekdays = parse(Field.WEEKDAY, fields[4]);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        this.anyDay = fields[2].startsWith("*");
        this.anyWeekday = fields[4].startsWith("*");
    }

    /**
     * Reads the fields.
     *
     * @throws IllegalArgumentException saying which field is wrong and what it should be
     */
    static CronFields parse(String cron) {
        String text = cron == null ? "" : cron.strip();
        if (text.startsWith("@")) {
            throw new IllegalArgumentException("nicknames such as " + text
                    + " are not taken: write the five fields, e.g. \"0 2 * * *\" for every day at 02:00");
        }
        String[] fields = text.isEmpty() ? new String[0] : text.split("[ \\t]+");
        if (fields.length != 5) {
            String hint = fields.length == 6 || fields.length == 7 ? "; there is no field for seconds or years" : "";
            throw new IllegalArgumentException("a schedule has five fields (minute, hour, day of month, month, day of"
                    + " week), found " + fields.length + hint);
        }
        return new CronFields(fields);
    }

    /** The first local time after the given one; empty if there is none. */
    Optional<LocalDateTime> nextAfter(LocalDateTime moment) {
        LocalDateTime from = moment.withSecond(0).withNano(0).plusMinutes(1);
        LocalDate last = from.toLocalDate().plusYears(YEARS_AHEAD);
        LocalDate day = from.toLocalDate();
        while (!day.isAfter(last)) {
            if (!months.get(day.getMonthValue())) {
                day = day.withDayOfMonth(1).plusMonths(1);
                continue;
            }
            if (matches(day)) {
                Optional<LocalTime> time =
                        firstFrom(day.equals(from.toLocalDate()) ? from.toLocalTime() : LocalTime.MIDNIGHT);
                if (time.isPresent()) {
                    return Optional.of(day.atTime(time.get()));
                }
            }
            day = day.plusDays(1);
        }
        return Optional.empty();
    }

    private boolean matches(LocalDate day) {
        boolean ofMonth = days.get(day.getDayOfMonth());
        boolean ofWeek = weekdays.get(
                day.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : day.getDayOfWeek().getValue());
        return (anyDay || anyWeekday) ? (ofMonth && ofWeek) : (ofMonth || ofWeek);
    }

    private Optional<LocalTime> firstFrom(LocalTime time) {
        int hour = hours.nextSetBit(time.getHour());
        if (hour < 0) {
            return Optional.empty();
        }
        int minute = minutes.nextSetBit(hour == time.getHour() ? time.getMinute() : 0);
        if (minute >= 0) {
            return Optional.of(LocalTime.of(hour, minute));
        }
        int later = hours.nextSetBit(hour + 1);
        return later < 0 ? Optional.empty() : Optional.of(LocalTime.of(later, minutes.nextSetBit(0)));
    }

    private static BitSet parse(Field field, String text) {
        BitSet set = new BitSet();
        for (String item : text.split(",", -1)) {
            add(field, item, set);
        }
        return set;
    }

    private static void add(Field field, String item, BitSet set) {
        String[] parts = item.split("/", -1);
        String range = parts[0];
        if (parts.length > 2) {
            throw wrong(field, item, "there is one step at most");
        }
        int from = field.from;
        int to = field.to;
        if (range.contains("-")) {
            int dash = range.indexOf('-');
            from = number(field, range.substring(0, dash), item);
            to = number(field, range.substring(dash + 1), item);
            if (from > to) {
                throw wrong(field, item, "a range begins with its smaller end");
            }
        } else if (!range.equals("*")) {
            from = number(field, range, item);
            to = from;
            if (parts.length == 2) {
                throw wrong(field, item, "a step needs * or a range, e.g. " + range + "-" + field.to + "/" + parts[1]);
            }
        }
        int step = parts.length == 1 ? 1 : step(field, parts[1], item);
        for (int value = from; value <= to; value += step) {
            set.set(value);
        }
    }

    private static int step(Field field, String text, String item) {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) == 0) {
            throw wrong(field, item, "a step is a number from 1");
        }
        return Integer.parseInt(text);
    }

    private static int number(Field field, String text, String item) {
        int name = field.names().indexOf(text.toUpperCase(Locale.ROOT));
        if (name >= 0) {
            return name + (field == Field.MONTH ? 1 : 0);
        }
        if (text.equals("?")) {
            throw wrong(field, item, "? is not taken, write *");
        }
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) < field.from || Integer.parseInt(text) > field.to) {
            throw wrong(
                    field,
                    item,
                    "expected *, or " + field.from + " to " + field.to
                            + (field.names.isEmpty()
                                    ? ""
                                    : ", or " + field.names().getFirst() + " to "
                                            + field.names().getLast())
                            + ", lists with commas, ranges with -, steps with /");
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException wrong(Field field, String item, String why) {
        return new IllegalArgumentException("the " + field.title + " cannot be \"" + item + "\": " + why);
    }
}
