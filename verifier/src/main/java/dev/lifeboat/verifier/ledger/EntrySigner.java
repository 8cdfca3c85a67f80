package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.evidence.Statement;
import dev.lifeboat.verifier.ledger.evidence.StatementJson;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes the envelope of an entry: the same facts at the same place are always the same bytes. */
final class EntrySigner {

    /** What the first entry names as the digest of its predecessor. */
    static final Sha256 NO_PREDECESSOR = Sha256.ofDigest(new byte[Sha256.LENGTH]);

    private final String origin;
    private final SigningKey key;

    EntrySigner(String origin, SigningKey key) {
        this.origin = origin;
        this.key = key;
    }

    Envelope sign(long sequence, Sha256 previous, String runKey, Instant recordedAt, RunStatement run) {
        List<Statement.Subject> subjects = new ArrayList<>(run.subjects());
        String runKeyDigest = Sha256.of(runKey.getBytes(StandardCharsets.UTF_8)).hex();
        subjects.add(Statement.Subject.of(RunStatement.RUN_KEY, runKeyDigest));
        Statement.Entry place = new Statement.Entry(origin, sequence, previous.hex(), runKey, recordedAt);
        byte[] payload = StatementJson.encode(Statement.of(subjects, place, run.evidence()));
        return Envelope.sign(Envelope.IN_TOTO, payload, key);
    }
}
