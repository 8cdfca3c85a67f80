package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupPins;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.backup.Outcome;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.retention.Candidate.Hold;
import dev.lifeboat.backup.retention.Candidate.Proof;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reads what is there and what is declared, and has it decided. */
@ApplicationScoped
class Retention {
    private final Fleet fleet;
    private final BackupCatalogue catalogue;
    private final BackupPins pins;
    private final Proofs proofs;
    private final InstantSource clock;

    Retention(Fleet fleet, BackupCatalogue catalogue, BackupPins pins, Proofs proofs, InstantSource clock) {
        this.fleet = fleet;
        this.catalogue = catalogue;
        this.pins = pins;
        this.proofs = proofs;
        this.clock = clock;
    }

    /**
     * A plan, what it was made of, and when.
     *
     * @param doubted what is known about proofs may be wrong: nothing begins to go
     */
    record Decided(RetentionPlan plan, RetentionRules rules, Map<UUID, Backup> backups, boolean doubted, Instant at) {}

    /** Decides about all backups of a cluster as they stand in this transaction. */
    Decided decide(Handle transaction, UUID clusterId) {
        Map<UUID, Backup> backups = catalogue.stored(transaction, clusterId).stream()
                .collect(Collectors.toMap(Backup::id, Function.identity()));
        Map<UUID, List<Hold>> holds = pins.of(transaction, clusterId).stream()
                .collect(Collectors.groupingBy(
                        BackupPins.Pin::backupId,
                        Collectors.mapping(pin -> new Hold(pin.recoveryId(), pin.expiresAt()), Collectors.toList())));
        Map<UUID, Proof> proven = proofs.of(transaction, clusterId);
        Map<Boolean, List<Candidate>> byAdoption = backups.values().stream()
                .collect(Collectors.partitioningBy(
                        Retention::adopted,
                        Collectors.mapping(
                                backup -> candidate(
                                        backup,
                                        proven.getOrDefault(backup.id(), Proof.NONE),
                                        holds.getOrDefault(backup.id(), List.of())),
                                Collectors.toList())));
        RetentionRules rules = rules(transaction, clusterId);
        Instant now = clock.instant();
        boolean doubted = backups.values().stream()
                .map(Backup::cluster)
                .distinct()
                .anyMatch(cluster -> proofs.doubted(transaction, cluster));
        return new Decided(
                RetentionPlan.decide(byAdoption.get(false), byAdoption.get(true), rules, now),
                rules,
                backups,
                doubted,
                now);
    }

    /** The rules of a cluster; none if it is declared no more: then its backups stay. */
    private RetentionRules rules(Handle transaction, UUID clusterId) {
        return fleet.cluster(transaction, clusterId)
                .flatMap(known -> fleet.cluster(transaction, known.spec().name()))
                .filter(declared -> declared.id().equals(clusterId))
                .map(DeclaredCluster::spec)
                .map(RetentionRules::of)
                .orElse(RetentionRules.NONE);
    }

    private static boolean adopted(Backup backup) {
        return backup.state() instanceof BackupState.Completed completed
                && completed.outcome().adopted() != null;
    }

    private static Candidate candidate(Backup backup, Proof proof, List<Hold> holds) {
        return switch (backup.state()) {
            case BackupState.Completed completed -> candidate(backup, completed, proof, holds, null);
            case BackupState.Expiring expiring ->
                candidate(backup, expiring.completed(), proof, holds, expiring.reason());
            case BackupState.Requested state -> throw notStored(backup, state);
            case BackupState.Running state -> throw notStored(backup, state);
            case BackupState.Failed state -> throw notStored(backup, state);
            case BackupState.Skipped state -> throw notStored(backup, state);
            case BackupState.Expired state -> throw notStored(backup, state);
        };
    }

    private static Candidate candidate(
            Backup backup, BackupState.Completed completed, Proof proof, List<Hold> holds, String expiring) {
        Outcome outcome = completed.outcome();
        return new Candidate(
                backup.id(),
                backup.method(),
                backup.policy().name(),
                backup.repository(),
                outcome.label(),
                Optional.ofNullable(outcome.priorLabels()).orElse(List.of()),
                completed.completedAt(),
                proof,
                holds,
                expiring);
    }

    private static IllegalStateException notStored(Backup backup, BackupState state) {
        return new IllegalStateException("backup " + backup.id() + " is " + state.name() + " and is no candidate");
    }
}
