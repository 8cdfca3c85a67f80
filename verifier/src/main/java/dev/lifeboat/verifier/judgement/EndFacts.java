package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Judges what was gathered after the checks: the sandbox's files, the archive, and that nothing was left. */
final class EndFacts {
    private EndFacts() {}

    static List<CheckResult> judge(RecoveryEnded ended) {
        return List.of(
                TargetReached.judge(ended),
                pageChecksums(ended.inspection()),
                SandboxLog.judge(ended.inspection()),
                isolation(ended.isolation()),
                teardown(ended.tornDown()));
    }

    static CheckResult pageChecksums(Inspection facts) {
        String name = "page-checksums";
        if (facts == null || facts.notInspected() != null || facts.checksumsEnabled() == null) {
            return inconclusive(
                    name,
                    "The data directory was not inspected"
                            + (facts == null || facts.notInspected() == null ? "." : ": " + facts.notInspected()));
        }
        if (!facts.checksumsEnabled()) {
            return of(name, Verdict.NOT_APPLICABLE, "The cluster was made without page checksums.", null, null);
        }
        if (facts.checksumFailures() == null || facts.checksumBlocksScanned() == null) {
            return inconclusive(name, "pg_checksums gave no numbers.");
        }
        if (facts.checksumFailures() == 0 && facts.checksumBlocksScanned() == 0) {
            return inconclusive(name, "pg_checksums looked at no page.");
        }
        if (facts.checksumFailures() > 0) {
            return of(
                    name,
                    Verdict.FAILED,
                    "Pages do not have the checksum that they say they have.",
                    "0 bad of " + facts.checksumBlocksScanned() + " pages",
                    facts.checksumFailures() + " bad");
        }
        return of(name, Verdict.PASSED, null, null, facts.checksumBlocksScanned() + " pages");
    }

    static CheckResult isolation(Isolation facts) {
        String name = "archive-isolation";
        if (facts == null
                || facts.notTaken() != null
                || facts.objectsBefore() == null
                || facts.objectsAfter() == null) {
            return inconclusive(
                    name,
                    "The archive was not listed before and after"
                            + (facts == null || facts.notTaken() == null ? "." : ": " + facts.notTaken()));
        }
        List<String> wrong = new ArrayList<>();
        add(wrong, facts.removed(), "removed");
        add(wrong, facts.changed(), "changed");
        add(wrong, facts.addedByOthers(), "added by something else than the primary");
        if (Boolean.FALSE.equals(facts.archiveModeOff())) {
            wrong.add("the sandbox ran with archiving on");
        }
        if (!wrong.isEmpty()) {
            return of(
                    name,
                    Verdict.FAILED,
                    "The archive was touched during the drill.",
                    "nothing removed or changed, nothing added but by the primary",
                    String.join("; ", wrong));
        }
        if (facts.removed() == null || facts.changed() == null || facts.addedByOthers() == null) {
            return inconclusive(name, "The listings of the archive were not compared.");
        }
        if (facts.archiveModeOff() == null) {
            return inconclusive(name, "It is not known whether the sandbox ran with archiving off.");
        }
        return of(name, Verdict.PASSED, null, null, facts.objectsAfter() + " objects");
    }

    static CheckResult teardown(TornDown facts) {
        String name = "teardown";
        if (facts == null) {
            return new CheckResult(
                    name, false, Verdict.INCONCLUSIVE, "Nothing was said about teardown.", null, null, null, null);
        }
        boolean gone = facts.processesGone() && facts.folderGone();
        return new CheckResult(
                name,
                false,
                gone ? Verdict.PASSED : Verdict.FAILED,
                gone ? null : "The sandbox is not gone.",
                gone ? null : "no process, no folder",
                gone ? null : String.join(", ", facts.left() == null ? List.of() : facts.left()),
                null,
                null);
    }

    private static void add(List<String> wrong, List<String> keys, String what) {
        if (keys != null && !keys.isEmpty()) {
            wrong.add(keys.size() + " " + what + ", e.g. " + keys.getFirst());
        }
    }

    private static CheckResult inconclusive(String name, String reason) {
        return of(name, Verdict.INCONCLUSIVE, reason, null, null);
    }

    private static CheckResult of(String name, Verdict verdict, String reason, String expected, String found) {
        return new CheckResult(name, true, verdict, reason, expected, found, null, null);
    }
}
