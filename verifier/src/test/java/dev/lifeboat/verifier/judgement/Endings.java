package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Clocks;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Phase;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxHost;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Drills that have ended, each a little different from a good one. */
public final class Endings {
    /** When they were asked for. */
    public static final Instant ASKED = Instant.parse("2026-11-21T05:00:00Z");

    /** Files that were inspected and are well. */
    public static final Inspection SOUND = new Inspection("7400000000000000001", 1, true, 4000L, 0L, List.of(), null);

    /** An archive that was left alone. */
    public static final Isolation ALONE = new Isolation(12L, 12L, List.of(), List.of(), 0L, List.of(), true, null);

    /** A sandbox that is gone. */
    public static final TornDown GONE = new TornDown(ASKED.plusSeconds(50), true, true, List.of());

    private Endings() {}

    /** A drill that was carried out. */
    public static RecoveryEnded completed() {
        return of("completed", null, SOUND, ALONE, GONE);
    }

    /** A drill with these facts, after one attempt. */
    public static RecoveryEnded of(
            String state, Failure failure, Inspection inspection, Isolation isolation, TornDown tornDown) {
        return of(
                UUID.fromString("01930000-0000-7000-8000-000000000001"),
                "shop",
                1,
                state,
                failure,
                inspection,
                isolation,
                tornDown);
    }

    /** A drill to a point in time, all well but what it reached. */
    public static RecoveryEnded reaching(RecoveryEvent.Reached reached) {
        return reaching("point-in-time", reached);
    }

    /** The same, of another kind. */
    public static RecoveryEnded reaching(String kind, RecoveryEvent.Reached reached) {
        return reaching(kind, "pgbackrest", reached);
    }

    /** The same, of another method. */
    public static RecoveryEnded reaching(String kind, String method, RecoveryEvent.Reached reached) {
        RecoveryEnded plain = completed();
        return new RecoveryEnded(
                plain.recoveryId(),
                plain.cluster(),
                kind,
                method,
                plain.attempt(),
                plain.state(),
                null,
                plain.backupId(),
                plain.repository(),
                plain.manifest(),
                reached == null ? Target.latest() : reached.sought(),
                reached,
                null,
                null,
                plain.requestedAt(),
                plain.requestedBy(),
                plain.endedAt(),
                plain.phases(),
                plain.rto(),
                plain.rpo(),
                plain.inspection(),
                plain.isolation(),
                plain.host(),
                plain.tornDown(),
                plain.policyVersion(),
                plain.clocks());
    }

    /** A drill with an identity. */
    public static RecoveryEnded of(
            UUID recoveryId,
            String cluster,
            int attempt,
            String state,
            Failure failure,
            Inspection inspection,
            Isolation isolation,
            TornDown tornDown) {
        return new RecoveryEnded(
                recoveryId,
                cluster,
                "restore-test",
                "dump",
                attempt,
                state,
                failure,
                UUID.fromString("01930000-0000-7000-8000-00000000000b"),
                "east",
                new ObjectRef("clusters/shop/manifest.json", "ab".repeat(32), 100L),
                Target.latest(),
                null,
                null,
                null,
                ASKED,
                "principal/operator",
                ASKED.plusSeconds(60),
                List.of(new Phase("restoring", ASKED.plusSeconds(2), Duration.ofSeconds(20), 1_000_000L)),
                new Measure(Duration.ofMinutes(15), Duration.ofSeconds(42), true, null),
                new Measure(null, Duration.ofHours(2), null, null),
                inspection,
                isolation,
                new SandboxHost("here", 2, 1_000_000_000L, "15.18"),
                tornDown,
                7L,
                new Clocks(new ClockOffset(Duration.ofMillis(250), Duration.ofMillis(2), ASKED), null));
    }

    /** All checks that are made in a copy, passed. */
    public static List<CheckResult> allPassed() {
        return Verdicts.MADE_IN_EACH_COPY.stream()
                .map(name -> check(name, true, Verdict.PASSED))
                .toList();
    }

    /** All checks passed but one. */
    public static List<CheckResult> allPassedBut(CheckResult other) {
        List<CheckResult> checks = new ArrayList<>(allPassed());
        checks.replaceAll(check -> check.name().equals(other.name()) ? other : check);
        if (!checks.contains(other)) {
            checks.add(other);
        }
        return checks;
    }

    /** A result. */
    public static CheckResult check(String name, boolean required, Verdict verdict) {
        String reason = verdict == Verdict.PASSED ? null : "because of " + name;
        return new CheckResult(name, required, verdict, reason, null, null, ASKED, Duration.ofMillis(3));
    }
}
