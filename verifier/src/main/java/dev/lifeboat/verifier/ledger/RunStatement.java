package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import java.util.List;
import java.util.Objects;

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
}
