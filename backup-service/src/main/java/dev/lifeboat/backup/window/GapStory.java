package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import dev.lifeboat.schemas.wal.WalEvent;
import java.time.Instant;
import java.util.UUID;

/** How a gap is told. */
final class GapStory {
    private GapStory() {}

    static WalEvent.GapFound found(UUID id, String cluster, String repository, Gap gap, Instant at) {
        String where = "WAL from " + gap.span().start() + " to " + gap.span().end() + " on timeline " + gap.timeline()
                + " (" + gap.segments() + (gap.segments() == 1 ? " segment) " : " segments) ");
        return new WalEvent.GapFound(
                id,
                cluster,
                repository,
                gap.timeline(),
                gap.span().start().toString(),
                gap.span().end().toString(),
                at,
                code(gap.reason()),
                where + message(gap.reason()),
                hint(gap.reason()));
    }

    static WalEvent.GapClosed closed(
            GapLedger.Recorded gap, String cluster, String repository, boolean filled, Instant at) {
        return new WalEvent.GapClosed(
                gap.id(),
                cluster,
                repository,
                gap.timeline(),
                gap.span().start().toString(),
                gap.span().end().toString(),
                at,
                filled ? "wal.gap-filled" : "wal.gap-not-needed");
    }

    private static String code(String reason) {
        return switch (reason) {
            case "lost-with-primary" -> "wal.lost-with-primary";
            case "damaged", "empty", "duplicate" -> "wal.object-" + reason;
            default -> "wal.object-missing";
        };
    }

    private static String message(String reason) {
        return switch (reason) {
            case "lost-with-primary" ->
                "is not in the store: it was written just before another server took over, and never archived.";
            case "damaged" -> "is in the store, and damaged.";
            case "empty" -> "is in the store as an empty object.";
            case "duplicate" -> "is in the store twice, with different content.";
            default -> "is not in the store: no recovery gets across.";
        };
    }

    private static String hint(String reason) {
        return switch (reason) {
            case "lost-with-primary" ->
                "If a server still has it in pg_wal, archive it from there (pgbackrest archive-push); else take a new"
                        + " backup: what is stored so far leads only up to the gap.";
            case "duplicate" -> "Find out which server wrote the second one, and take it away; then take a new backup.";
            default ->
                "Put the object back from a copy if there is one; else take a new backup: what is stored so far"
                        + " leads only up to the gap.";
        };
    }
}
