package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.UUID;

/** The verifier's part, played by a test. */
final class Verifier {
    private final Events events;

    Verifier(Events events) {
        this.events = events;
    }

    SandboxReady awaitReady(String cluster, String drill, int attempt) {
        JsonPath shown = Api.awaitReady(drill, attempt);
        assertThat(shown.getString("state")).as(shown.prettify()).isNotIn(Api.ENDED);
        return events.await(
                Topic.RECOVERIES,
                cluster,
                SandboxReady.class,
                ready -> ready.recoveryId().toString().equals(drill) && ready.attempt() == attempt);
    }

    Response credentials(String drill, int attempt) {
        return Api.as(Roles.SERVICE).get("/internal/v1/sandboxes/" + drill + "/credentials?attempt=" + attempt);
    }

    Response credentials(String drill, int attempt, UUID verification) {
        return Api.as(Roles.SERVICE)
                .get("/internal/v1/sandboxes/" + drill + "/credentials?attempt=" + attempt + "&verification="
                        + verification);
    }

    Connection connect(SandboxReady ready, String database) throws SQLException {
        Response credentials = credentials(ready.recoveryId().toString(), ready.attempt());
        assertThat(credentials.statusCode()).isEqualTo(200);
        return connect(
                ready.port(),
                database,
                credentials.jsonPath().getString("user"),
                credentials.jsonPath().getString("password"));
    }

    static Connection connect(int port, String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8),
                properties);
    }

    /** What it says of the sandbox's clock. */
    static final Duration CLOCK_OFFSET = Duration.ofMillis(3);

    void checked(SandboxReady ready) {
        checked(ready.recoveryId(), ready.cluster(), ready.attempt());
    }

    void checked(UUID recoveryId, String cluster, int attempt) {
        events.say(
                Keys.cluster(cluster),
                "verification/" + recoveryId,
                null,
                attempt * 10L,
                new ChecksCompleted(
                        UUID.randomUUID(),
                        recoveryId,
                        attempt,
                        cluster,
                        Instant.now(),
                        Instant.now(),
                        CLOCK_OFFSET,
                        List.of(check("server-starts", Verdict.PASSED))));
    }

    void judge(RecoveryEnded ended, Verdict verdict) {
        events.say(
                Keys.cluster(ended.cluster()),
                "verification/" + ended.recoveryId(),
                null,
                1000,
                new VerdictRecorded(
                        ended.recoveryId(),
                        "drill",
                        ended.attempt(),
                        ended.cluster(),
                        ended.state(),
                        verdict,
                        verdict == Verdict.PASSED ? null : "because",
                        17,
                        "abc123",
                        Instant.now(),
                        List.of(check("server-starts", Verdict.PASSED), check("archive-isolation", verdict))));
    }

    private static CheckResult check(String name, Verdict verdict) {
        return new CheckResult(
                name,
                true,
                verdict,
                verdict == Verdict.PASSED ? null : "because",
                null,
                null,
                Instant.now(),
                Duration.ofMillis(5));
    }
}
