package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.ServerClock;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.plan.Finding;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Objectives;
import dev.lifeboat.restore.recovery.Recoveries.Fact;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.recovery.SandboxFacts;
import dev.lifeboat.restore.run.RestoreMethod.Job;
import dev.lifeboat.restore.run.RestoreMethod.Restored;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxName;
import dev.lifeboat.restore.sandbox.Sandboxes;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Clocks;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One attempt, from choosing the backup to a sandbox that is ready to be looked at. */
@ApplicationScoped
public class Rehearsal {
    private static final Logger LOG = Logger.getLogger(Rehearsal.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    /** The sandbox stays a little longer than it waits for checks: to be inspected and torn down in order. */
    private static final Duration AFTER_CHECKS = Duration.ofMinutes(15);

    private final RecoveryRows rows;
    private final Preparation preparation;
    private final TargetPlanning targets;
    private final BackupPins pins;
    private final RestoreMethods methods;
    private final Sandboxes sandboxes;
    private final ArchiveWatch archive;
    private final MarkerRecord markers;
    private final RecoverySettings settings;
    private final InstantSource clock;

    Rehearsal(
            RecoveryRows rows,
            Preparation preparation,
            TargetPlanning targets,
            BackupPins pins,
            RestoreMethods methods,
            Sandboxes sandboxes,
            ArchiveWatch archive,
            MarkerRecord markers,
            RecoverySettings settings,
            InstantSource clock) {
        this.rows = rows;
        this.preparation = preparation;
        this.targets = targets;
        this.pins = pins;
        this.methods = methods;
        this.sandboxes = sandboxes;
        this.archive = archive;
        this.markers = markers;
        this.settings = settings;
        this.clock = clock;
    }

    /** Runs the attempt. When it returns a wait, the sandbox is ready. */
    Step run(Recovery recovery, RecoveryState.Planning planning, OperationContext context) throws Exception {
        Optional<BackupUsed> backup = recovery.facts().backup() != null
                ? Optional.of(recovery.facts().backup())
                : preparation.choose(recovery.wanted());
        if (backup.isEmpty()) {
            // News of a backup may be on its way.
            boolean patient =
                    clock.instant().isBefore(recovery.wanted().requestedAt().plus(settings.backupPatience()));
            return patient ? Step.waitFor(ASK_AGAIN) : new Step.Failed(BackupChoice.none(recovery.wanted()));
        }
        rows.begin(context, planning);
        Attempt attempt = new Attempt(context, rows, pins, clock);
        removeEarlier(recovery);
        BackupUsed chosen = targets.aim(recovery.wanted(), backup.get());
        attempt.pin(chosen.backupId());
        rows.chose(context, chosen);
        try (Prepared prepared = preparation.prepare(recovery.wanted(), chosen)) {
            rows.note(context, Map.of(Fact.PLAN, prepared.plan()));
            Optional<Finding> stop = prepared.plan().stop();
            if (stop.isPresent()) {
                throw NotCarriedOut.forGood(stop.get().toFailure());
            }
            RestoreMethod method = methods.of(prepared.manifest().method());
            archive.before(recovery.id(), prepared.reader(), method.watched(prepared.manifest()));
            attempt.provisioning(planning);
            return restore(recovery, planning.attempt(), method, prepared, attempt);
        }
    }

    private void removeEarlier(Recovery recovery) throws InterruptedException {
        List<String> left = sandboxes.end(recovery.id());
        if (!left.isEmpty()) {
            throw NotCarriedOut.forNow(
                    new Failure(
                            "sandbox.not-gone",
                            "The sandbox of an earlier attempt is not gone.",
                            "nothing left of it",
                            String.join(", ", left),
                            "It is tried again; look at these processes and folders if it stays so."),
                    null);
        }
    }

    private Step restore(Recovery recovery, int number, RestoreMethod method, Prepared prepared, Attempt attempt)
            throws Exception {
        OperationContext context = attempt.context();
        Sandbox sandbox = sandboxes.create(
                new SandboxName(recovery.id(), number, context.epoch()),
                prepared.manifest().majorVersion());
        boolean keep = false;
        try {
            attempt.keepAlive(sandbox);
            rows.note(context, Map.of(Fact.SANDBOX, facts(number, context, prepared, sandbox, List.of(), null)));
            Restored restored = method.restore(
                    new Job(
                            recovery,
                            prepared.manifest(),
                            prepared.inventory(),
                            prepared.repository(),
                            prepared.reader(),
                            prepared.host(),
                            sandbox,
                            prepared.backup().aim()),
                    attempt);
            restored.remarks().forEach(remark -> LOG.infof("recovery %s: %s", recovery.id(), remark));
            ready(recovery, number, prepared, sandbox, restored, context);
            keep = true;
            return Step.waitFor(Observation.LOOK_AGAIN);
        } catch (DoesNotRestore e) {
            // The teardown that follows is counted, and proves that it is gone.
            keep = true;
            throw e;
        } finally {
            if (!keep) {
                sandboxes.end(sandbox.name());
            }
        }
    }

    private void ready(
            Recovery recovery,
            int number,
            Prepared prepared,
            Sandbox sandbox,
            Restored restored,
            OperationContext context)
            throws SQLException {
        var wanted = recovery.wanted();
        Reached reached = markers.look(recovery, sandbox, restored.reached());
        Instant now = clock.instant();
        SandboxFacts facts = facts(number, context, prepared, sandbox, restored.databases(), now);
        sandbox.server().renew(facts.expiresAt());
        pins.pin(prepared.backup().backupId(), recovery.id(), facts.expiresAt());
        rows.ready(
                context,
                Map.of(
                        Fact.SANDBOX,
                        facts,
                        Fact.CLOCKS,
                        new Clocks(prepared.manifest().sourceClock(), clockOf(sandbox)),
                        Fact.REACHED,
                        reached,
                        Fact.RTO,
                        Objectives.rto(wanted.rtoObjective(), wanted.requestedAt(), restored.firstWriteAt()),
                        Fact.RPO,
                        Objectives.rpo(
                                wanted.rpoObjective(),
                                wanted.requestedAt(),
                                Objectives.withMarkers(restored.recovered(), reached.markers()))),
                restored.firstWriteAt(),
                new SandboxReady(
                        recovery.id(),
                        wanted.cluster(),
                        wanted.kind(),
                        prepared.manifest().method(),
                        number,
                        prepared.backup().backupId(),
                        prepared.backup().repository(),
                        facts.hostId(),
                        facts.address(),
                        facts.port(),
                        facts.databases(),
                        facts.readyAt(),
                        facts.expiresAt(),
                        facts.checksDeadline(),
                        wanted.checksDigest(),
                        prepared.backup().manifest(),
                        prepared.manifest().inventory() == null
                                ? prepared.backup().inventory()
                                : prepared.manifest().inventory()));
    }

    private ClockOffset clockOf(Sandbox sandbox) throws SQLException {
        try (Connection connection = sandbox.connect("postgres")) {
            return ServerClock.against(clock, connection);
        }
    }

    private SandboxFacts facts(
            int number,
            OperationContext context,
            Prepared prepared,
            Sandbox sandbox,
            List<String> databases,
            Instant readyAt) {
        var host = prepared.host();
        int major = prepared.manifest().majorVersion();
        Instant checksDeadline = readyAt == null ? null : readyAt.plus(settings.checksDeadline());
        return new SandboxFacts(
                number,
                context.epoch(),
                major,
                host.hostId(),
                host.processors(),
                host.memoryBytes(),
                host.servers().get(major).version(),
                "127.0.0.1",
                sandbox.port(),
                databases,
                readyAt,
                readyAt == null ? null : checksDeadline.plus(AFTER_CHECKS),
                checksDeadline);
    }
}
