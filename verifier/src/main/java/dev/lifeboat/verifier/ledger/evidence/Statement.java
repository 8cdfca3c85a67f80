package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An in-toto Statement v1 whose predicate is one run and its place in the ledger.
 *
 * @param type always {@link #TYPE}
 * @param subject the bytes that it is about
 * @param predicateType always {@link #PREDICATE_TYPE}
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto Statement v1</a>
 */
@JsonPropertyOrder({"_type", "subject", "predicateType", "predicate"})
public record Statement(
        @JsonProperty("_type") String type, List<Subject> subject, String predicateType, Predicate predicate) {

    /** Type of the statement. */
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    /** Type of the predicate: version 1 of a run's evidence. */
    public static final String PREDICATE_TYPE = "https://lifeboat.dev/evidence/run/v1";

    /** Takes a copy of the subjects. */
    public Statement {
        subject = subject == null ? List.of() : List.copyOf(subject);
    }

    /** A statement of today's types. */
    public static Statement of(List<Subject> subject, Entry entry, RunEvidence evidence) {
        return new Statement(
                TYPE,
                subject,
                PREDICATE_TYPE,
                new Predicate(entry, evidence.run(), evidence.declared(), evidence.measured(), evidence.judgement()));
    }

    /** Place and facts, side by side. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"entry", "run", "declared", "measured", "judgement"})
    public record Predicate(
            Entry entry, RunEvidence.Run run, Declared declared, Measured measured, Judgement judgement) {

        /** The facts without the place. */
        public RunEvidence evidence() {
            return new RunEvidence(run, declared, measured, judgement);
        }
    }

    /**
     * The place in the ledger. It is inside what is signed, so that an entry can neither be moved nor left out nor taken
     * from another ledger, even by somebody who has no checkpoint.
     *
     * @param origin name of the ledger, {@code lifeboat/<instance>}
     * @param sequence from 1, without gaps
     * @param prevHash sha256 of the envelope before, 64 zeros for the first
     * @param runKey one run, one entry
     * @param recordedAt by the verifier's clock
     */
    @JsonPropertyOrder({"origin", "sequence", "prevHash", "runKey", "recordedAt"})
    public record Entry(String origin, long sequence, String prevHash, String runKey, Instant recordedAt) {}

    /** An artefact, known by its digest. */
    @JsonPropertyOrder({"name", "digest"})
    public record Subject(String name, Digest digest) {

        /** An artefact by its sha256 in lower-case hexadecimal. */
        public static Subject of(String name, String sha256) {
            return new Subject(name, new Digest(sha256));
        }
    }

    /** Lower-case hexadecimal, as in-toto's DigestSet wants it. */
    public record Digest(String sha256) {

        private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

        /** Refuses anything else. */
        public Digest {
            Objects.requireNonNull(sha256, "sha256");
            if (!HEX.matcher(sha256).matches()) {
                throw new IllegalArgumentException("not a sha256 in lower-case hexadecimal: " + sha256);
            }
        }
    }
}
