package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.deliver.Delivered;
import dev.lifeboat.restore.deliver.Delivery;
import dev.lifeboat.restore.deliver.DumpInto;
import dev.lifeboat.restore.deliver.TargetServer;
import dev.lifeboat.restore.deliver.TargetServers;
import dev.lifeboat.restore.keep.Deliveries;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Objectives;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.Recoveries.Fact;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.sandbox.Tools;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dump that is kept: looked at, restored into databases of a server under names of their own, and named as asked for when all
 * of them are complete. What an interrupted attempt left is dropped before the next begins, and by the teardown.
 */
@ApplicationScoped
public class DumpDelivery {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final RecoveryRows rows;
    private final Deliveries deliveries;
    private final TargetServers servers;
    private final Preparation preparation;
    private final BackupPins pins;
    private final RestoreMethods methods;
    private final ArchiveWatch archive;
    private final PostgresTools programs;
    private final Tools tools;
    private final RecoverySettings settings;
    private final InstantSource clock;

    DumpDelivery(
            RecoveryRows rows,
            Deliveries deliveries,
            TargetServers servers,
            Preparation preparation,
            BackupPins pins,
            RestoreMethods methods,
            ArchiveWatch archive,
            PostgresTools programs,
            ProcessRunner runner,
            RecoverySettings settings,
            InstantSource clock) {
        this.rows = rows;
        this.deliveries = deliveries;
        this.servers = servers;
        this.preparation = preparation;
        this.pins = pins;
        this.methods = methods;
        this.archive = archive;
        this.programs = programs;
        this.tools = new Tools(runner);
        this.settings = settings;
        this.clock = clock;
    }

    /** What shall be delivered; empty for every recovery that has a sandbox. */
    Optional<Delivery> of(Recovery recovery) {
        return recovery.wanted().kind().equals(TargetChoice.RESTORE) ? deliveries.of(recovery.id()) : Optional.empty();
    }

    /** Runs an attempt to its end. */
    Step run(Recovery recovery, Delivery delivery, RecoveryState.Planning planning, OperationContext context)
            throws IOException, InterruptedException {
        Optional<BackupUsed> backup = recovery.facts().backup() != null
                ? Optional.of(recovery.facts().backup())
                : preparation.choose(recovery.wanted());
        if (backup.isEmpty()) {
            boolean patient =
                    clock.instant().isBefore(recovery.wanted().requestedAt().plus(settings.backupPatience()));
            return patient ? Step.waitFor(ASK_AGAIN) : new Step.Failed(BackupChoice.none(recovery.wanted()));
        }
        rows.begin(context, planning);
        Attempt attempt = new Attempt(context, rows, pins, clock);
        TargetServer server = servers.of(delivery.into());
        Optional<Delivered> complete = deliveries.delivering(recovery.id());
        if (complete.isPresent() && isPublished(server, complete.get())) {
            return end(recovery, complete.get(), context);
        }
        server.drop(recovery.id());
        attempt.pin(backup.get().backupId());
        rows.chose(context, backup.get());
        try (OpenBackup open = preparation.open(backup.get())) {
            archive.before(
                    recovery.id(),
                    open.reader(),
                    methods.of(open.manifest().method()).watched(open.manifest()));
            DumpInto dump =
                    new DumpInto(delivery, open.manifest(), open.inventory(backup.get()), open.reader(), server);
            dump.plan(context.scratch());
            attempt.provisioning(planning);
            List<Long> oids = dump.create(recovery.id(), context.epoch());
            attempt.restoring();
            Delivered note = dump.fill(
                    recovery.id(),
                    context.epoch(),
                    oids,
                    context.scratch(),
                    tools,
                    programs,
                    new Watched(attempt, dump.bytes()));
            // Fenced: who was replaced does not get to name anything.
            context.write(tx -> {
                deliveries.delivering(tx, recovery.id(), note);
                return null;
            });
            server.publish(note.databases());
            return end(recovery, note, context);
        }
    }

    private static boolean isPublished(TargetServer server, Delivered note) {
        return server.published(note.databases()).size() == note.databases().size();
    }

    private Step end(Recovery recovery, Delivered note, OperationContext context) {
        Instant now = clock.instant();
        var wanted = recovery.wanted();
        rows.delivered(
                context,
                Map.of(
                        Fact.REACHED,
                        new Reached(note.snapshotAt(), null, null, null, null, null, null),
                        Fact.RTO,
                        Objectives.rto(wanted.rtoObjective(), wanted.requestedAt(), now),
                        Fact.RPO,
                        Objectives.rpo(
                                wanted.rpoObjective(),
                                wanted.requestedAt(),
                                new Recovered.Snapshot(note.snapshotAt()))),
                now,
                tx -> deliveries.delivered(tx, recovery.id(), note.at(now)));
        return Step.done();
    }

    /**
     * Drops what is not delivered; after a delivery there is nothing to do.
     *
     * @return what could not be dropped, and why
     */
    List<String> withdraw(Recovery recovery) {
        Optional<Delivery> delivery = of(recovery);
        if (delivery.isEmpty() || recovery.state().attempt() == 0 || deliveries.isDelivered(recovery.id())) {
            return List.of();
        }
        try {
            servers.of(delivery.get().into()).drop(recovery.id());
            return List.of();
        } catch (NotCarriedOut | SecretException e) {
            return List.of("databases " + TargetServer.names(recovery.id()) + " at "
                    + delivery.get().into().named() + ", as far as there are any (" + e.getMessage() + ")");
        }
    }

    /** What has its name already although the recovery was called off: complete, and somebody may use it. */
    List<String> stays(Recovery recovery) {
        Optional<Delivery> delivery = of(recovery);
        Optional<Delivered> complete = delivery.isEmpty() ? Optional.empty() : deliveries.delivering(recovery.id());
        if (complete.isEmpty() || deliveries.isDelivered(recovery.id())) {
            return List.of();
        }
        List<String> left = new ArrayList<>();
        try {
            servers.of(delivery.get().into())
                    .published(complete.get().databases())
                    .forEach(copy -> left.add(
                            "database " + copy.name() + " at " + complete.get().server() + ", which is complete"));
        } catch (NotCarriedOut | SecretException e) {
            left.add(
                    "databases at " + complete.get().server() + ", as far as they have their names: " + e.getMessage());
        }
        return left;
    }

    /** Counts the bytes that came in, and keeps the pin. */
    private static final class Watched implements DumpInto.Watch {
        private final Attempt attempt;
        private final long total;
        private long done;

        Watched(Attempt attempt, long total) {
            this.attempt = attempt;
            this.total = total;
        }

        @Override
        public void check() {
            attempt.check();
        }

        @Override
        public void moved(long bytes) {
            done += bytes;
            attempt.progress(done, total);
        }
    }
}
