package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** What is to be done about gaps, seen now and before: each is told once, and its end once. A pure function. */
final class GapLedger {
    private GapLedger() {}

    /**
     * A gap that is on record.
     *
     * @param told whether the world knows of it
     * @param closed whether it was gone already
     */
    record Recorded(UUID id, int timeline, Span span, String reason, Instant firstSeen, boolean told, boolean closed) {}

    /** What is to be done about one. */
    sealed interface Change {
        UUID id();

        /** Seen for the first time, or again after it was gone. */
        record Seen(UUID id, Gap gap) implements Change {}

        /** Still there: the world is to know of it. */
        record Told(UUID id, Gap gap) implements Change {}

        /** Its end or its reason is another than recorded. */
        record Changed(UUID id, Gap gap) implements Change {}

        /** Gone. The world is told if it knew. */
        record Gone(Recorded gap) implements Change {
            @Override
            public UUID id() {
                return gap.id();
            }
        }
    }

    /**
     * Decides.
     *
     * @param recorded all of this place in the store, those that are gone too
     * @param grace how long one must be there before it is told
     */
    static List<Change> decide(
            Map<UUID, Recorded> recorded, List<Gap> now, Function<Gap, UUID> id, Instant at, Duration grace) {
        List<Change> changes = new ArrayList<>();
        Set<UUID> there = new HashSet<>();
        for (Gap gap : now) {
            UUID its = id.apply(gap);
            if (!there.add(its)) {
                continue;
            }
            Optional<Recorded> before = Optional.ofNullable(recorded.get(its)).filter(known -> !known.closed());
            if (before.isEmpty()) {
                changes.add(new Change.Seen(its, gap));
            } else if (!before.get().span().equals(gap.span())
                    || !before.get().reason().equals(gap.reason())) {
                changes.add(new Change.Changed(its, gap));
            }
            boolean told = before.map(Recorded::told).orElse(false);
            Instant since = before.map(Recorded::firstSeen).orElse(at);
            if (!told && !since.plus(grace).isAfter(at)) {
                changes.add(new Change.Told(its, gap));
            }
        }
        recorded.values().stream()
                .filter(known -> !known.closed() && !there.contains(known.id()))
                .forEach(known -> changes.add(new Change.Gone(known)));
        return List.copyOf(changes);
    }

    /** Whether one was seen that is too young to be told. */
    static boolean waits(Map<UUID, Recorded> recorded, List<Change> changes) {
        Set<UUID> told = new HashSet<>();
        Set<UUID> gone = new HashSet<>();
        changes.forEach(change -> {
            switch (change) {
                case Change.Told one -> told.add(one.id());
                case Change.Gone one -> gone.add(one.id());
                case Change.Seen one -> {}
                case Change.Changed one -> {}
            }
        });
        return changes.stream().anyMatch(change -> change instanceof Change.Seen && !told.contains(change.id()))
                || recorded.values().stream()
                        .anyMatch(known -> !known.closed()
                                && !known.told()
                                && !told.contains(known.id())
                                && !gone.contains(known.id()));
    }
}
