package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.evidence.Declared;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be recorded about a run; the ledger adds the place.
 *
 * @param subjects the artefacts that it is about, each name once: {@code manifest}, {@code checks}, {@code wal-range};
 *     none when the run never got to one
 * @param evidence the facts
 */
public record RunStatement(List<Subject> subjects, RunEvidence evidence) {

    /** Name of the subject that the ledger adds itself: sha256 of the run's key, so that every entry is about something. */
    static final String RUN_KEY = "run-key";

    /** Refuses two subjects of one name. */
    public RunStatement {
        subjects = List.copyOf(subjects);
        Objects.requireNonNull(evidence, "evidence");
        if (subjects.stream().map(Subject::name).distinct().count() != subjects.size()
                || subjects.stream().anyMatch(subject -> subject.name().equals(RUN_KEY))) {
            throw new IllegalArgumentException("each artefact has a name of its own, and none is called " + RUN_KEY
                    + ": " + subjects.stream().map(Subject::name).toList());
        }
    }

    /**
     * The same, saying that the run was due and is on record as missed already, at this entry: whoever counts what was due
     * counts it there, and not a second time here.
     */
    public RunStatement madeUpFor(Optional<Long> missedEntry) {
        if (missedEntry.isEmpty()) {
            return this;
        }
        Declared said = evidence.declared();
        SortedMap<String, String> facts = new TreeMap<>(said.facts());
        facts.put("madeUpForEntry", missedEntry.get().toString());
        Declared declared = new Declared(
                said.requestedBy(),
                said.policy(),
                said.method(),
                said.type(),
                said.repository(),
                said.backupId(),
                said.target(),
                facts);
        return new RunStatement(
                subjects, new RunEvidence(evidence.run(), declared, evidence.measured(), evidence.judgement()));
    }
}
