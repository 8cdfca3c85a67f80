package dev.lifeboat.restore.pointintime;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A target as PostgreSQL understands it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET">Recovery
 *     Target</a>
 */
public sealed interface RecoveryTarget {
    /** To the microsecond: what PostgreSQL keeps. */
    DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** All that the archive holds. */
    record Latest() implements RecoveryTarget {}

    /** The transactions that were committed up to a moment, to the microsecond. */
    record Moment(Instant at, boolean inclusive) implements RecoveryTarget {}

    /** A position in the WAL. */
    record Position(Lsn lsn, boolean inclusive) implements RecoveryTarget {}

    /** The end of a transaction; others that began earlier may have ended later. */
    record Transaction(long xid, boolean inclusive) implements RecoveryTarget {}

    /** A restore point, by its name. */
    record RestorePoint(String name) implements RecoveryTarget {}

    /** A second that is still to be drawn. */
    record Drawn(long seed, boolean inclusive) implements RecoveryTarget {}

    /**
     * Reads a target that was checked when it was taken.
     *
     * @throws IllegalArgumentException for one that was not
     */
    static RecoveryTarget of(Target target) {
        boolean inclusive = !Boolean.FALSE.equals(target.inclusive());
        return switch (target.type()) {
            case "latest" -> new Latest();
            case "time" -> new Moment(moment(target.value()), inclusive);
            case "lsn" -> new Position(Lsn.parse(target.value()), inclusive);
            case "xid" -> new Transaction(Long.parseLong(target.value()), inclusive);
            case "name" -> new RestorePoint(target.value());
            case "random" ->
                target.value() != null
                        ? new Moment(moment(target.value()), inclusive)
                        : new Drawn(target.seed() == null ? 0 : target.seed(), inclusive);
            default -> throw new IllegalArgumentException("no target is of type " + target.type());
        };
    }

    /** The server's settings that stop it there; none for what has no end. */
    default Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        switch (this) {
            case Latest latest -> {
                return Map.of();
            }
            case Drawn drawn -> throw new IllegalStateException("the moment is not drawn yet");
            case Moment(Instant at, boolean inclusive) -> {
                settings.put("recovery_target_time", MOMENT.format(at) + "+00");
                settings.put("recovery_target_inclusive", onOff(inclusive));
            }
            case Position(Lsn lsn, boolean inclusive) -> {
                settings.put("recovery_target_lsn", lsn.toString());
                settings.put("recovery_target_inclusive", onOff(inclusive));
            }
            case Transaction(long xid, boolean inclusive) -> {
                settings.put("recovery_target_xid", Long.toString(xid));
                settings.put("recovery_target_inclusive", onOff(inclusive));
            }
            case RestorePoint(String name) -> settings.put("recovery_target_name", name);
        }
        settings.put("recovery_target_action", "pause");
        return settings;
    }

    private static Instant moment(String text) {
        return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String onOff(boolean value) {
        return value ? "on" : "off";
    }
}
