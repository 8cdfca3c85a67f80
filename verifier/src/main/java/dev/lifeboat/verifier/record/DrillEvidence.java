package dev.lifeboat.verifier.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Clocks;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Phase;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.judgement.Verdicts.Judged;
import dev.lifeboat.verifier.ledger.RunStatement;
import dev.lifeboat.verifier.ledger.evidence.Declared;
import dev.lifeboat.verifier.ledger.evidence.Judgement;
import dev.lifeboat.verifier.ledger.evidence.Measured;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** What a drill's end says, in the words of the ledger: no names of persons, no keys, no values. */
final class DrillEvidence {
    private DrillEvidence() {}

    static RunStatement of(
            RecoveryEnded ended, Judged judged, UUID clusterId, UUID requestedBy, Duration sandboxClock) {
        List<Subject> subjects = new ArrayList<>();
        if (ended.manifest() != null) {
            subjects.add(Subject.of("manifest", ended.manifest().sha256()));
        }
        if (!judged.checks().isEmpty()) {
            subjects.add(Subject.of("checks", Sha256.of(json(judged.checks())).hex()));
        }
        Declared declared = new Declared(
                requestedBy,
                ended.policy() == null ? null : new Declared.Policy(ended.policy(), ended.policyVersion()),
                ended.method(),
                ended.kind(),
                ended.repository(),
                ended.backupId(),
                target(ended),
                saidOfTarget(ended.target()));
        return new RunStatement(
                subjects,
                new RunEvidence(
                        run(ended, clusterId), declared, measured(ended, sandboxClock), judgement(judged, ended)));
    }

    private static RunEvidence.Run run(RecoveryEnded ended, UUID clusterId) {
        return new RunEvidence.Run(
                Kind.DRILL,
                Ending.valueOf(ended.state().toUpperCase(Locale.ROOT)),
                ended.recoveryId(),
                ended.attempt(),
                new RunEvidence.Cluster(ended.cluster(), clusterId),
                ended.dueAt(),
                ended.requestedAt(),
                ended.endedAt());
    }

    static RunStatement skipped(RecoverySkipped skipped, UUID clusterId) {
        RunEvidence.Run run = new RunEvidence.Run(
                Kind.DRILL,
                Ending.SKIPPED,
                skipped.recoveryId(),
                null,
                new RunEvidence.Cluster(skipped.cluster(), clusterId),
                skipped.dueAt(),
                null,
                skipped.skippedAt());
        Declared declared = new Declared(
                null,
                new Declared.Policy(skipped.policy(), null),
                skipped.method(),
                skipped.kind(),
                null,
                null,
                null,
                new TreeMap<>());
        return new RunStatement(
                List.of(),
                new RunEvidence(
                        run,
                        declared,
                        Measured.nothing(),
                        new Judgement(null, skipped.reason(), "run.skipped", null, null, List.of())));
    }

    /** A moment that was drawn counts as its value. */
    private static Declared.Target target(RecoveryEnded ended) {
        Target sought = ended.reached() == null || ended.reached().sought() == null
                ? ended.target()
                : ended.reached().sought();
        return sought == null ? null : new Declared.Target(sought.type(), sought.value());
    }

    private static SortedMap<String, String> saidOfTarget(Target target) {
        SortedMap<String, String> said = new TreeMap<>();
        if (target != null) {
            put(said, "target.inclusive", target.inclusive());
            put(said, "target.timeline", target.timeline());
            put(said, "target.seed", target.seed());
        }
        return said;
    }

    private static void put(SortedMap<String, String> said, String name, Object value) {
        if (value != null) {
            said.put(name, value.toString());
        }
    }

    private static Measured measured(RecoveryEnded ended, Duration sandboxClock) {
        return new Measured(
                reached(ended),
                ended.phases().stream().map(DrillEvidence::phase).toList(),
                isolation(ended),
                host(ended),
                clocks(ended.clocks(), sandboxClock));
    }

    private static Measured.Clocks clocks(Clocks told, Duration sandboxClock) {
        Duration source = told == null ? null : offset(told.source());
        Duration restore = told == null ? null : offset(told.sandbox());
        return source == null && restore == null && sandboxClock == null
                ? null
                : new Measured.Clocks(source, sandboxClock, restore);
    }

    private static Duration offset(ClockOffset clock) {
        return clock == null ? null : clock.offset();
    }

    private static Measured.Reached reached(RecoveryEnded ended) {
        return ended.reached() == null
                ? null
                : new Measured.Reached(
                        ended.reached().snapshotAt(),
                        ended.reached().lastCommitAt(),
                        ended.reached().lsn(),
                        ended.reached().timeline());
    }

    private static Measured.Phase phase(Phase phase) {
        return new Measured.Phase(phase.name(), phase.startedAt(), phase.duration(), phase.bytes());
    }

    private static Measured.Host host(RecoveryEnded ended) {
        return ended.host() == null
                ? null
                : new Measured.Host(
                        ended.host().hostId(),
                        ended.host().processors(),
                        ended.host().memoryBytes(),
                        ended.host().serverVersion());
    }

    private static Measured.Isolation isolation(RecoveryEnded ended) {
        Isolation facts = ended.isolation();
        Boolean gone = ended.tornDown() == null
                ? null
                : (Boolean)
                        (ended.tornDown().processesGone() && ended.tornDown().folderGone());
        if (facts == null) {
            return gone == null ? null : new Measured.Isolation(null, null, null, null, null, null, null, gone, null);
        }
        return new Measured.Isolation(
                facts.objectsBefore(),
                facts.objectsAfter(),
                size(facts.removed()),
                size(facts.changed()),
                facts.added(),
                size(facts.addedByOthers()),
                facts.archiveModeOff(),
                gone,
                facts.notTaken());
    }

    private static Judgement judgement(Judged judged, RecoveryEnded ended) {
        return new Judgement(
                judged.verdict(),
                judged.reason(),
                judged.code(),
                objective(ended.rto()),
                objective(ended.rpo()),
                judged.checks().stream()
                        .map(check ->
                                new Judgement.Check(check.name(), check.required(), check.verdict(), reason(check)))
                        .toList());
    }

    private static String reason(CheckResult check) {
        return check.verdict() == Verdict.PASSED || check.reason() != null ? check.reason() : "no reason was given";
    }

    private static Judgement.Objective objective(Measure measure) {
        return measure == null ? null : Judgement.Objective.of(measure.objective(), measure.measured(), measure.note());
    }

    private static Long size(List<String> list) {
        return list == null ? null : (long) list.size();
    }

    private static byte[] json(List<CheckResult> checks) {
        try {
            return EventJson.mapper().writeValueAsBytes(checks);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
