package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.ledger.evidence.Declared;
import dev.lifeboat.verifier.ledger.evidence.Judgement;
import dev.lifeboat.verifier.ledger.evidence.Judgement.Check;
import dev.lifeboat.verifier.ledger.evidence.Judgement.Objective;
import dev.lifeboat.verifier.ledger.evidence.Measured;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import dev.lifeboat.verifier.ledger.merkle.RightEdge;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/** A ledger in memory, of fixed facts and a fixed key: the key of the first test of RFC 8032, section 7.1. */
final class SampleLedger {

    static final String ORIGIN = Checkpoint.origin("sample");
    static final Instant BEGIN = Instant.parse("2026-11-21T07:00:00Z");
    static final UUID CLUSTER_ID = UUID.fromString("01939a11-0000-7000-8000-000000000001");

    final List<Envelope> entries = new ArrayList<>();
    private final EntrySigner signer;
    private final SigningKey key;
    private Sha256 previous = EntrySigner.NO_PREDECESSOR;

    SampleLedger(SigningKey key) {
        this.key = key;
        this.signer = new EntrySigner(ORIGIN, key);
    }

    static SigningKey fixedKey() {
        try {
            byte[] pkcs8 = HexFormat.of()
                    .parseHex("302e020100300506032b657004220420"
                            + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
            VerificationKey verificationKey = VerificationKey.fromRaw(
                    HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
            return SigningKey.of(pkcs8, verificationKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A ledger of this many drills. */
    static SampleLedger ofDrills(int count) {
        SampleLedger ledger = new SampleLedger(fixedKey());
        for (int i = 1; i <= count; i++) {
            ledger.append("drill/" + id(i), passedDrill(i));
        }
        return ledger;
    }

    void append(String runKey, RunStatement run) {
        append(entries.size() + 1, runKey, run);
    }

    void append(long sequence, String runKey, RunStatement run) {
        Envelope envelope = signer.sign(sequence, previous, runKey, BEGIN.plusSeconds(sequence), run);
        previous = envelope.digest();
        entries.add(envelope);
    }

    Checkpoint checkpoint() {
        RightEdge edge = RightEdge.EMPTY;
        for (Envelope envelope : entries) {
            edge = edge.append(envelope.leafHash()).edge();
        }
        return new Checkpoint(ORIGIN, edge.size(), edge.root());
    }

    String note() {
        return checkpoint().sign(key);
    }

    static String lines(List<Envelope> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(envelope -> lines.append(new String(envelope.bytes(), StandardCharsets.ISO_8859_1))
                .append('\n'));
        return lines.toString();
    }

    static LedgerVerifier.Outcome verify(String lines, String note) {
        try {
            return new LedgerVerifier(fixedKey().verificationKey())
                    .verify(new ByteArrayInputStream(lines.getBytes(StandardCharsets.ISO_8859_1)), note);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be read", e);
        }
    }

    static UUID id(int number) {
        return UUID.fromString("01939a12-0000-7000-8000-%012d".formatted(number));
    }

    static Subject subject(String name, String content) {
        return Subject.of(
                name, Sha256.of(content.getBytes(StandardCharsets.UTF_8)).hex());
    }

    static RunEvidence.Run run(Kind kind, Ending ending, UUID id) {
        return new RunEvidence.Run(
                kind,
                ending,
                id,
                id == null ? null : 1,
                new RunEvidence.Cluster("shop", CLUSTER_ID),
                BEGIN,
                id == null ? null : BEGIN.plusMillis(250),
                BEGIN.plusSeconds(90).plusNanos(123_456_789));
    }

    static RunStatement passedDrill(int number) {
        TreeMap<String, String> declared = new TreeMap<>();
        declared.put("assumedIncidentAt", BEGIN.toString());
        return new RunStatement(
                List.of(subject("manifest", "manifest " + number), subject("checks", "checks")),
                new RunEvidence(
                        run(Kind.DRILL, Ending.COMPLETED, id(number)),
                        new Declared(
                                UUID.fromString("7c0f7a52-2c1e-4d53-9d0e-0f6f0a5b9c11"),
                                new Declared.Policy("nightly-proof", 3L),
                                "pgbackrest",
                                "restore-test",
                                "east",
                                id(1000 + number),
                                new Declared.Target("latest", null),
                                declared),
                        new Measured(
                                new Measured.Reached(null, BEGIN.minusSeconds(8), "0/18000050", 1),
                                List.of(
                                        new Measured.Phase("queued", BEGIN, Duration.ofMillis(40), null),
                                        new Measured.Phase(
                                                "restore",
                                                BEGIN.plusMillis(40),
                                                Duration.ofNanos(12_345_678_901L),
                                                344_352_358L)),
                                new Measured.Isolation(120L, 123L, 0L, 0L, 3L, 0L, true, true, null),
                                new Measured.Host("host-1", 2, 8_589_934_592L, "15.14"),
                                new Measured.Clocks(Duration.ofMillis(3), Duration.ofMillis(-1), null)),
                        new Judgement(
                                Verdict.PASSED,
                                null,
                                null,
                                Objective.of(Duration.ofMinutes(15), Duration.ofMillis(14_250), null),
                                Objective.of(Duration.ofSeconds(5), Duration.ofSeconds(8), "waived by the owner"),
                                List.of(
                                        new Check("identity", true, Verdict.PASSED, null),
                                        new Check(
                                                "page-checksums",
                                                true,
                                                Verdict.NOT_APPLICABLE,
                                                "the cluster has no page checksums"),
                                        new Check("sql/no orphan orders", true, Verdict.PASSED, null),
                                        new Check("collations", false, Verdict.FAILED, "2 indexes to be rebuilt")))));
    }

    static RunStatement failedDrill(int number) {
        return new RunStatement(
                List.of(subject("manifest", "damaged"), subject("checks", "checks")),
                new RunEvidence(
                        run(Kind.DRILL, Ending.COMPLETED, id(number)),
                        new Declared(null, null, "dump", "restore-test", "west", id(1000 + number), null, null),
                        Measured.nothing(),
                        new Judgement(
                                Verdict.FAILED,
                                "pg_restore: “unexpected end of file” in „Größe“ \uD83D\uDEDF",
                                "dump.truncated",
                                Objective.of(Duration.ofMinutes(15), null, "no server came up"),
                                null,
                                List.of(new Check("server-starts", true, Verdict.FAILED, "not restored")))));
    }

    static RunStatement completedBackup(int number) {
        return new RunStatement(
                List.of(subject("manifest", "backup " + number)),
                new RunEvidence(
                        run(Kind.BACKUP, Ending.COMPLETED, id(number)),
                        new Declared(
                                null,
                                new Declared.Policy("weekly-full", 1L),
                                "pgbackrest",
                                "full",
                                "east",
                                null,
                                null,
                                null),
                        Measured.nothing(),
                        new Judgement(null, null, null, null, null, null)));
    }

    static RunStatement missedDrill() {
        return new RunStatement(
                List.of(),
                new RunEvidence(
                        run(Kind.DRILL, Ending.MISSED, null),
                        new Declared(
                                null,
                                new Declared.Policy("nightly-proof", 3L),
                                "pgbackrest",
                                "restore-test",
                                null,
                                null,
                                null,
                                null),
                        Measured.nothing(),
                        new Judgement(
                                Verdict.INCONCLUSIVE,
                                "nobody reported the run that was due",
                                "run.missed",
                                null,
                                null,
                                null)));
    }
}
