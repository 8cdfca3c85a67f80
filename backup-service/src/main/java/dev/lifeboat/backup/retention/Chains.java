package dev.lifeboat.backup.retention;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Which backup depends on which. Labels are unique within a repository. */
final class Chains {
    /** Oldest first; ids decide between two of one moment. */
    static final Comparator<Candidate> BY_AGE =
            Comparator.comparing(Candidate::completedAt).thenComparing(Candidate::id);

    private record Label(String repository, String text) {}

    private final Map<Label, Candidate> sets = new HashMap<>();
    private final Map<UUID, List<Candidate>> ancestors = new HashMap<>();
    private final Map<UUID, List<Candidate>> dependants = new HashMap<>();

    Chains(Collection<Candidate> backups) {
        backups.stream()
                .filter(backup -> backup.label() != null)
                .forEach(backup -> sets.put(new Label(backup.repository(), backup.label()), backup));
        for (Candidate backup : backups) {
            List<Candidate> found = backup.priorLabels().stream()
                    .map(label -> sets.get(new Label(backup.repository(), label)))
                    .filter(Objects::nonNull)
                    .sorted(BY_AGE)
                    .toList();
            ancestors.put(backup.id(), found);
            found.forEach(ancestor -> dependants
                    .computeIfAbsent(ancestor.id(), id -> new ArrayList<>())
                    .add(backup));
        }
    }

    /** What it depends on, as far as it is known, oldest first. */
    List<Candidate> ancestors(Candidate backup) {
        return ancestors.get(backup.id());
    }

    /** What depends on it. */
    List<Candidate> dependants(Candidate backup) {
        return dependants.getOrDefault(backup.id(), List.of());
    }

    /** Whether all that it depends on is known. */
    boolean complete(Candidate backup) {
        return ancestors(backup).size() == backup.priorLabels().size();
    }

    /** The full backup that it begins with, itself if it is one; empty if that is not known. */
    Optional<Candidate> root(Candidate backup) {
        return backup.base()
                ? Optional.of(backup)
                : ancestors(backup).stream().filter(Candidate::base).findFirst();
    }

    /** Roots oldest first, and within a chain the newest first: nothing is removed before what depends on it. */
    Comparator<Candidate> removal() {
        Comparator<Candidate> byRoot =
                Comparator.comparing(backup -> root(backup).orElse(backup), BY_AGE);
        return byRoot.thenComparing(BY_AGE.reversed());
    }
}
