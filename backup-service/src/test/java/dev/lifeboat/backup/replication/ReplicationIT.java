package dev.lifeboat.backup.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The replication protocol with a real server: logging in, slots, streaming to a timeline's end, and every refusal by name. */
@Timeout(60)
class ReplicationIT {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int SENDERS = 6;

    private static Server server;
    private static Path authority;

    @BeforeAll
    static void aServerWithTls() throws Exception {
        server = Server.primary("replication", Map.of("max_wal_senders", String.valueOf(SENDERS)));
        tls();
    }

    @AfterAll
    static void end() {
        server.cluster().kill();
    }

    @Test
    void logsInByScramWithEveryProtection() throws Exception {
        for (SslMode mode : SslMode.values()) {
            PostgresTarget target = as(mode);
            String name = "seen as " + mode.value();
            try (ReplicationConnection connection = ReplicationConnection.open(target, ReplicationOptions.of(name))) {
                assertThat(connection.majorVersion()).isBetween(13, 18);
                assertThat(server.ask("select ssl::text from pg_stat_ssl join pg_stat_activity using (pid)"
                                + " where application_name = '" + name + "' and backend_type = 'walsender'"))
                        .as(mode.value())
                        .isEqualTo(mode == SslMode.DISABLE || mode == SslMode.ALLOW ? "false" : "true");
                assertThat(connection.show("wal_sender_timeout")).isEqualTo("8s");
            }
        }
    }

    @Test
    void trustsOnlyTheAuthorityThatIsNamed() {
        PostgresTarget stranger = new PostgresTarget(
                "localhost",
                server.cluster().port(),
                Server.ROLE,
                Optional.of(Secret.of(Server.PASSWORD)),
                "postgres",
                SslMode.VERIFY_FULL,
                Optional.of(LocalParts.shared().west().caFile()));
        assertThat(refusal(() -> open(stranger)).fault().code()).isEqualTo("postgres.certificate-untrusted");
    }

    @Test
    void namesWhatStandsInTheWayOfLoggingIn() throws Exception {
        server.cluster().ensureRole("no_replication", "other");
        PostgresException password = refusal(() -> open(server.target(Server.ROLE, "wrong", SslMode.DISABLE)));
        assertThat(password.fault().code()).isEqualTo("postgres.password-wrong");
        assertThat(password.fault().retryable()).isFalse();

        PostgresException role = refusal(() -> open(server.target("no_replication", "other", SslMode.DISABLE)));
        assertThat(role.fault().code()).isEqualTo("replication.role-lacks-replication");
        assertThat(role.fault().failure().hint()).contains("ALTER ROLE \"no_replication\" REPLICATION;");

        PostgresException unreachable = refusal(() -> open(server.targetThrough(1)));
        assertThat(unreachable.fault().code()).isEqualTo("postgres.unreachable");
        assertThat(unreachable.fault().retryable()).isTrue();
    }

    @Test
    void namesTheMissingLineOfPgHbaAndRefusesToExposeThePassword() throws Exception {
        Path file = server.cluster().dataDirectory().resolve("pg_hba.conf");
        String rules = Files.readString(file);
        try {
            server.access("host all all 127.0.0.1/32 scram-sha-256\n");
            PostgresException hba = awaitRefusal("replication.hba-entry-missing");
            assertThat(hba.fault().failure().hint()).contains("replication \"" + Server.ROLE + "\"");

            server.access("host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 password\n");
            PostgresException exposed = awaitRefusal("replication.password-exposed");
            assertThat(exposed.fault().retryable()).isFalse();
            try (ReplicationConnection secured = open(server.target(Server.ROLE, Server.PASSWORD, SslMode.REQUIRE))) {
                assertThat(secured.identifySystem().timeline()).isEqualTo(1);
            }
        } finally {
            server.access(rules);
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> open(server.target()).close());
    }

    @Test
    void saysWhenNoWalSenderIsLeft() throws Exception {
        Server small = Server.primary("few-senders", Map.of("max_wal_senders", "1"));
        try (ReplicationConnection only = small.connect("first")) {
            assertThat(only.identifySystem().timeline()).isEqualTo(1);
            PostgresException second = refusal(() -> small.connect("second"));
            assertThat(second.fault().code()).isEqualTo("replication.senders-exhausted");
            assertThat(second.fault().retryable()).isTrue();
        } finally {
            small.cluster().kill();
        }
    }

    @Test
    void makesReadsAndRemovesASlot() throws Exception {
        try (ReplicationConnection connection = server.connect("slots")) {
            assertThat(connection.readSlot("a_slot")).isEmpty();
            connection.createSlot("a_slot");
            SlotState slot = connection.readSlot("a_slot").orElseThrow();
            assertThat(slot.restart()).isPresent();
            assertThat(slot.timeline()).contains(1);
            PostgresTarget superuser =
                    server.target("postgres", server.cluster().password(), SslMode.DISABLE);
            assertThat(SlotQuery.read(superuser, "a_slot").orElseThrow().restart())
                    .isEqualTo(slot.restart());

            PostgresException twice = refusal(() -> connection.createSlot("a_slot"));
            assertThat(twice.fault().code()).isEqualTo("replication.slot-exists");
            connection.dropSlot("a_slot");
            assertThat(connection.readSlot("a_slot")).isEmpty();
            assertThat(SlotQuery.read(superuser, "a_slot")).isEmpty();
            PostgresException gone = refusal(() -> connection.dropSlot("a_slot"));
            assertThat(gone.fault().code()).isEqualTo(ReplicationFaults.SLOT_MISSING);
            assertThat(connection.walSegmentSize()).isEqualTo(16L << 20);
            assertThat(connection.identifySystem().systemIdentifier())
                    .isEqualTo(server.ask("select system_identifier from pg_control_system()"));
        }
    }

    @Test
    void namesWhatStandsInTheWayOfStreaming() throws Exception {
        try (ReplicationConnection connection = server.connect("refusals")) {
            Lsn flushed = connection.identifySystem().flushed();
            assertThat(streaming(connection, Optional.of("nobody_made_it"), flushed, 1))
                    .isEqualTo(ReplicationFaults.SLOT_MISSING);
            assertThat(streaming(connection, Optional.empty(), flushed.plus(1L << 30), 1))
                    .isEqualTo(ReplicationFaults.SERVER_BEHIND);
            assertThat(streaming(connection, Optional.empty(), flushed, 7))
                    .isEqualTo(ReplicationFaults.TIMELINE_FOREIGN);
            assertThat(refusal(() -> connection.timelineHistory(9)).fault().code())
                    .isEqualTo("replication.history-missing");
            connection.createSlot("busy");
            try (ReplicationConnection other = server.connect("busy one")) {
                other.startWal(Optional.of("busy"), flushed, 1, CLOCK);
                PostgresException active = refusal(() -> connection.startWal(Optional.of("busy"), flushed, 1, CLOCK));
                assertThat(active.fault().code()).isEqualTo(ReplicationFaults.SLOT_ACTIVE);
                assertThat(active.fault().retryable()).isTrue();
            }
        }
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
            server.sql("select pg_drop_replication_slot('busy')");
            return true;
        });
        for (int i = 0; i < 3; i++) {
            server.sql("select pg_logical_emit_message(false, 'x', 'y')", "select pg_switch_wal()", "checkpoint");
        }
        try (ReplicationConnection connection = server.connect("too late")) {
            WalStream stream = connection.startWal(Optional.empty(), new Lsn(1L << 24), 1, CLOCK);
            assertThat(refusal(() -> drain(stream, new Lsn(Long.MAX_VALUE), new ByteArrayOutputStream()))
                            .fault()
                            .code())
                    .isEqualTo(ReplicationFaults.WAL_REMOVED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLE", "VERIFY_FULL"})
    void streamsWhatTheServerHasOnItsDisk(SslMode mode) throws Exception {
        server.sql("create table if not exists rows (id int, text text)");
        Lsn start = segmentStart(server.flushed());
        server.sql("insert into rows select g, repeat('x', 200) from generate_series(1, 5000) g");
        Lsn flushed = Lsn.parse(server.ask("select pg_current_wal_flush_lsn()"));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        String reader = "reader " + mode.value();
        try (ReplicationConnection connection = ReplicationConnection.open(as(mode), ReplicationOptions.of(reader))) {
            WalStream stream = connection.startWal(Optional.empty(), start, 1, CLOCK);
            drain(stream, flushed, received);
            stream.status(flushed, flushed, Lsn.NONE, true);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> server.ask("select flush_lsn = '" + flushed + "' and replay_lsn is null"
                                    + " and abs(extract(epoch from reply_time - now())) < 60"
                                    + " from pg_stat_replication where application_name = '" + reader + "'")
                            .equals("t"));
        }
        byte[] bytes = received.toByteArray();
        String name = server.ask("select pg_walfile_name('" + start.plus(1) + "')");
        byte[] file = Files.readAllBytes(server.wal(name));
        int inFirst = Math.min(bytes.length, file.length);
        assertThat(Arrays.mismatch(bytes, 0, inFirst, file, 0, inFirst)).isEqualTo(-1);
        assertThat(start.plus(bytes.length)).isGreaterThanOrEqualTo(flushed);
    }

    @Test
    void seesTheEndOfATimelineAndGoesOnWithTheNext() throws Exception {
        Server standby = server.standby("standby", Map.of());
        try (ReplicationConnection connection = standby.connect("follower")) {
            server.sql("create table if not exists before_promotion (id int)");
            Lsn upTo = server.flushed();
            await().atMost(Duration.ofMinutes(1)).until(() -> !standby.flushed().isBefore(upTo));
            Lsn start = segmentStart(upTo);
            WalStream stream = connection.startWal(Optional.empty(), start, 1, CLOCK);
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            drain(stream, upTo, first);

            standby.sql("select pg_promote()");
            drain(stream, new Lsn(Long.MAX_VALUE), first);

            TimelineEnd end = stream.end().orElseThrow();
            assertThat(end.next()).isEqualTo(2);
            // What the primary had sent of an unfinished record was passed on, and is not part of the new timeline.
            assertThat(start.plus(first.size())).isGreaterThanOrEqualTo(end.switched());
            assertThat(end.switched()).isGreaterThanOrEqualTo(upTo);
            TimelineHistory history = TimelineHistory.parse(2, connection.timelineHistory(2));
            assertThat(history.leftAt(1)).contains(end.switched());
            assertThat(connection.identifySystem().timeline()).isEqualTo(2);

            standby.sql("create table after_promotion (id int)");
            Lsn now = standby.flushed();
            ByteArrayOutputStream second = new ByteArrayOutputStream();
            drain(connection.startWal(Optional.empty(), segmentStart(end.switched()), 2, CLOCK), now, second);
            assertThat(segmentStart(end.switched()).plus(second.size())).isGreaterThanOrEqualTo(now);
            int shared = (int) end.switched().minus(segmentStart(end.switched()));
            assertThat(Arrays.equals(first.toByteArray(), 0, shared, second.toByteArray(), 0, shared))
                    .isTrue();
        } finally {
            standby.cluster().kill();
        }
    }

    private static void drain(WalStream stream, Lsn upTo, ByteArrayOutputStream into) throws Exception {
        Lsn[] at = {Lsn.NONE};
        boolean more = true;
        while (more && at[0].isBefore(upTo)) {
            more = stream.next(new WalHandler() {
                @Override
                public void wal(Lsn start, Lsn walEnd, byte[] bytes, int offset, int length) {
                    assertThat(at[0].equals(Lsn.NONE) || at[0].equals(start)).isTrue();
                    into.write(bytes, offset, length);
                    at[0] = start.plus(length);
                }

                @Override
                public void keepAlive(Lsn walEnd, boolean replyRequested) {
                    stream.status(at[0], Lsn.NONE, Lsn.NONE, false);
                }
            });
        }
    }

    private static Lsn segmentStart(Lsn position) {
        return new Lsn(position.value() & -(16L << 20));
    }

    private static ReplicationConnection open(PostgresTarget target) {
        return ReplicationConnection.open(target, ReplicationOptions.of("test"));
    }

    private static String streaming(ReplicationConnection connection, Optional<String> slot, Lsn start, int timeline) {
        return refusal(() -> drain(
                        connection.startWal(slot, start, timeline, CLOCK),
                        new Lsn(Long.MAX_VALUE),
                        new ByteArrayOutputStream()))
                .fault()
                .code();
    }

    private static PostgresException awaitRefusal(String code) {
        PostgresException[] last = new PostgresException[1];
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            last[0] = refusal(() -> open(server.target()));
            return last[0] != null && last[0].fault().code().equals(code);
        });
        return last[0];
    }

    /** What was refused says nothing of the password, however it is printed. */
    private static PostgresException refusal(ThrowingCallable action) {
        PostgresException refused = catchThrowableOfType(PostgresException.class, action);
        if (refused != null) {
            assertThat(refused + " " + refused.fault())
                    .doesNotContain(Server.PASSWORD)
                    .doesNotContain("wrong'");
        }
        return refused;
    }

    private static PostgresTarget as(SslMode mode) {
        return new PostgresTarget(
                "localhost",
                server.cluster().port(),
                Server.ROLE,
                Optional.of(Secret.of(Server.PASSWORD)),
                "postgres",
                mode,
                Optional.of(authority));
    }

    /** With the key and certificate that the first S3 endpoint made for localhost. */
    private static void tls() throws Exception {
        S3Endpoint lender = LocalParts.shared().east();
        authority = lender.caFile();
        char[] password = lender.secretKey().toCharArray();
        KeyStore store =
                KeyStore.getInstance(lender.caFile().resolveSibling("tls.p12").toFile(), password);
        byte[] key = store.getKey(store.aliases().nextElement(), password).getEncoded();
        Path keyFile = server.cluster().dataDirectory().resolve("server.key");
        Files.writeString(
                keyFile,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        Path certificate = server.cluster().dataDirectory().resolve("server.crt");
        Files.copy(authority, certificate);
        ServerUser.current().own(keyFile);
        ServerUser.current().own(certificate);
        server.sql("alter system set ssl = on", "select pg_reload_conf()");
        await().atMost(Duration.ofMinutes(1)).until(() -> server.ask("show ssl").equals("on"));
    }
}
