package dev.lifeboat.restore.run;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Objectives;
import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.restore.recovery.Outcome;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.recovery.Phases;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recoveries.Fact;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.schemas.recovery.RecoveryEvent;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxHost;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The rows of a recovery as those see them who carry it out; every change fenced by its operation. */
@ApplicationScoped
public class RecoveryRows {
    /** What belongs to one attempt, and goes with it. */
    private static final Set<Fact> OF_AN_ATTEMPT =
            EnumSet.of(Fact.SANDBOX, Fact.CLOCKS, Fact.REACHED, Fact.RTO, Fact.RPO, Fact.INSPECTION, Fact.CHECKS);

    private final Database database;
    private final Recoveries recoveries;
    private final Phases phases;
    private final Operations operations;
    private final Outbox outbox;
    private final InstantSource clock;

    RecoveryRows(
            Database database,
            Recoveries recoveries,
            Phases phases,
            Operations operations,
            Outbox outbox,
            InstantSource clock) {
        this.database = database;
        this.recoveries = recoveries;
        this.phases = phases;
        this.operations = operations;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** As it stands. */
    public Recovery read(UUID id) {
        return database.inTransaction(tx -> recoveries.find(tx, id)).orElseThrow(() -> missing(id));
    }

    /** An attempt begins; what an earlier one found out goes, its time stays. */
    void begin(OperationContext context, RecoveryState.Planning planning) {
        context.write(tx -> {
            Instant now = clock.instant();
            if (planning.attempt() > 1) {
                phases.discard(tx, context.id(), planning.attempt(), now);
                OF_AN_ATTEMPT.forEach(fact -> recoveries.note(tx, context.id(), fact, null));
                recoveries.firstWrite(tx, context.id(), null);
            }
            recoveries.move(tx, context.id(), planning, now);
            phases.enter(tx, context.id(), planning.attempt(), PhaseName.PLANNING, now);
            return null;
        });
    }

    /**
     * Moves on, begins a phase, or both.
     *
     * @param to null to stay in the state
     * @param bytes that the phase before has moved; 0 when that is not counted
     */
    void move(OperationContext context, RecoveryState to, PhaseName next, long bytes) {
        context.write(tx -> {
            Instant now = clock.instant();
            if (bytes > 0) {
                phases.bytes(tx, context.id(), bytes);
            }
            if (to != null) {
                recoveries.move(tx, context.id(), to, now);
            }
            int attempt =
                    recoveries.find(tx, context.id()).orElseThrow().state().attempt();
            phases.enter(tx, context.id(), attempt, next, now);
            return null;
        });
    }

    /** The backup is chosen and pinned: from now on the recovery reads this one. */
    void chose(OperationContext context, BackupUsed backup) {
        context.write(tx -> {
            recoveries.chose(tx, context.id(), backup);
            return null;
        });
    }

    /** Notes facts. */
    void note(OperationContext context, Map<Fact, Object> facts) {
        context.write(tx -> {
            facts.forEach((fact, value) -> recoveries.note(tx, context.id(), fact, value));
            return null;
        });
    }

    /** The sandbox is up and was written to: state, facts and event in one commit. */
    void ready(
            OperationContext context, Map<Fact, Object> facts, Instant firstWriteAt, RecoveryEvent.SandboxReady event) {
        context.write(tx -> {
            Recovery recovery = recoveries.lock(tx, context.id()).orElseThrow(() -> missing(context.id()));
            RecoveryState.Verifying verifying =
                    switch (recovery.state()) {
                        case RecoveryState.Restoring restoring -> restoring.toVerifying();
                        case RecoveryState.Replaying replaying -> replaying.toVerifying();
                        default ->
                            throw new IllegalStateException(
                                    "what is " + recovery.state().name() + " is not ready");
                    };
            Instant now = clock.instant();
            facts.forEach((fact, value) -> recoveries.note(tx, context.id(), fact, value));
            recoveries.firstWrite(tx, context.id(), firstWriteAt);
            long version = recoveries.move(tx, context.id(), verifying, now);
            phases.enter(tx, context.id(), verifying.attempt(), PhaseName.VERIFYING, now);
            outbox.publish(tx, RecoveryRequests.publication(recovery.wanted(), version, event));
            return null;
        });
    }

    /** What was to be kept is where it belongs, without a sandbox: facts, and the outcome, in one commit. */
    void delivered(OperationContext context, Map<Fact, Object> facts, Instant firstWriteAt, Consumer<Handle> note) {
        context.write(tx -> {
            facts.forEach((fact, value) -> recoveries.note(tx, context.id(), fact, value));
            recoveries.firstWrite(tx, context.id(), firstWriteAt);
            note.accept(tx);
            conclude(tx, context.id(), new Outcome.CarriedOut(null));
            return null;
        });
    }

    /** The sandbox is held for somebody to look at; within a fenced transaction. */
    void held(Handle transaction, UUID id, RecoveryState.Held held, int port) {
        Recovery recovery = recoveries.lock(transaction, id).orElseThrow(() -> missing(id));
        recoveries.note(
                transaction, id, Fact.SANDBOX, recovery.facts().sandbox().at(port));
        recoveries.move(transaction, id, held, clock.instant());
        phases.enter(transaction, id, held.attempt(), PhaseName.HELD, clock.instant());
    }

    /** The outcome is decided: from here on the sandbox is torn down. Does nothing when one was decided before. */
    public void conclude(Handle transaction, UUID id, Outcome outcome) {
        Recovery recovery = recoveries.lock(transaction, id).orElseThrow(() -> missing(id));
        if (recovery.state() instanceof RecoveryState.Underway underway) {
            recoveries.move(transaction, id, underway.toTearingDown(outcome), clock.instant());
            phases.enter(transaction, id, underway.attempt(), PhaseName.TEARDOWN, clock.instant());
            operations.submit(
                    transaction,
                    new Operations.Request(
                            TeardownHandler.operationOf(id),
                            TeardownHandler.OPERATION,
                            recovery.wanted().cluster(),
                            null));
        }
    }

    /** Torn down: the end, told with all that was found out, in one commit. */
    void end(
            OperationContext context,
            UUID id,
            RecoveryState.Ended ended,
            Isolation isolation,
            TornDown tornDown,
            SandboxHost host) {
        context.write(tx -> {
            Instant now = clock.instant();
            Recovery before = recoveries.lock(tx, id).orElseThrow(() -> missing(id));
            var wanted = before.wanted();
            Measure rto = before.facts().rto() != null
                    ? before.facts().rto()
                    : Objectives.rto(
                            wanted.rtoObjective(),
                            wanted.requestedAt(),
                            before.facts().firstWriteAt());
            Measure rpo = before.facts().rpo() != null
                    ? before.facts().rpo()
                    : Objectives.rpo(wanted.rpoObjective(), wanted.requestedAt(), new Recovered.Nothing());
            recoveries.note(tx, id, Fact.ISOLATION, isolation);
            recoveries.note(tx, id, Fact.TORN_DOWN, tornDown);
            recoveries.note(tx, id, Fact.RTO, rto);
            recoveries.note(tx, id, Fact.RPO, rpo);
            phases.end(tx, id, now);
            long version = recoveries.move(tx, id, ended, now);
            Recovery after = recoveries.find(tx, id).orElseThrow(() -> missing(id));
            outbox.publish(
                    tx,
                    RecoveryRequests.publication(wanted, version, EndedEvent.of(after, phases.of(tx, id, now), host)));
            return null;
        });
    }

    private static IllegalStateException missing(UUID id) {
        return new IllegalStateException("there is an operation and no recovery " + id);
    }
}
