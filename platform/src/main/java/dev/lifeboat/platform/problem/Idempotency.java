package dev.lifeboat.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * {@code Idempotency-Key}: a request that is sent again with the same key is answered as the first one was, and done
 * once. Keys are remembered for {@link #REMEMBERED}, per principal.
 */
@ApplicationScoped
public class Idempotency {
    /** The header. */
    public static final String HEADER = "Idempotency-Key";

    /** How long a key is known at least. */
    public static final Duration REMEMBERED = Duration.ofDays(7);

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final InstantSource clock;
    private final ObjectMapper json;

    Idempotency(InstantSource clock, ObjectMapper json) {
        this.clock = clock;
        this.json = json.copy().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    }

    /**
     * What a request was or is answered with.
     *
     * @param location of what it made
     * @param repeated whether that was made by an earlier request with this key
     */
    public record Answer(URI location, boolean repeated) {}

    /**
     * Does the work, unless this principal sent the same request with this key before. Of two at the same time one
     * waits for the other's commit.
     *
     * @param key of the request; null if it has none: then the work is done
     * @param what method and path, e.g. {@code POST /api/v1/drills}
     * @param body of the request
     * @param work in the same transaction: makes what was asked for and says where it is
     * @throws Problem 400 {@code idempotency.key} if the key is malformed; 422 {@code idempotency.key-reused} if it was
     *     used for another request
     */
    public Answer once(Handle transaction, String principal, String key, String what, Object body, Supplier<URI> work) {
        if (key == null) {
            return new Answer(work.get(), false);
        }
        if (!KEY.matcher(key).matches()) {
            throw Problem.of(
                    400,
                    new Failure(
                            "idempotency.key",
                            "The Idempotency-Key is malformed.",
                            "1 to 255 visible ASCII characters",
                            key,
                            "Send a UUID."));
        }
        String request = digest(what, body);
        if (!remember(transaction, principal, key, request)) {
            return repeated(transaction, principal, key, request);
        }
        URI location = work.get();
        transaction
                .createUpdate("update idempotent_request set location = :location"
                        + " where principal = :principal and key = :key")
                .bind("principal", principal)
                .bind("key", key)
                .bind("location", location.toString())
                .execute();
        return new Answer(location, false);
    }

    private boolean remember(Handle transaction, String principal, String key, String request) {
        Instant now = clock.instant();
        transaction
                .createUpdate("delete from idempotent_request where created_at < :old")
                .bind("old", now.minus(REMEMBERED))
                .execute();
        return transaction
                        .createUpdate("insert into idempotent_request (principal, key, request, created_at)"
                                + " values (:principal, :key, :request, :now) on conflict do nothing")
                        .bind("principal", principal)
                        .bind("key", key)
                        .bind("request", request)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static Answer repeated(Handle transaction, String principal, String key, String request) {
        return transaction
                .createQuery("select request, location from idempotent_request"
                        + " where principal = :principal and key = :key")
                .bind("principal", principal)
                .bind("key", key)
                .map((row, context) -> {
                    if (!row.getString("request").equals(request)) {
                        throw Problem.of(
                                422,
                                new Failure(
                                        "idempotency.key-reused",
                                        "This Idempotency-Key was used for another request.",
                                        "the same method, path and body",
                                        "different ones",
                                        "Use a new key for a new request."));
                    }
                    return new Answer(URI.create(row.getString("location")), true);
                })
                .one();
    }

    private String digest(String what, Object body) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(what.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            return HexFormat.of().formatHex(sha256.digest(json.writeValueAsBytes(body)));
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException("the request cannot be digested", e);
        }
    }
}
