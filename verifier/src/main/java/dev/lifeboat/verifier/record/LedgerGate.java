package dev.lifeboat.verifier.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.events.MissingPrerequisite;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/**
 * Whether the ledger may grow. It may not before it was held against what it has published, nor while it contradicts that: a
 * ledger that was restored to an earlier state and goes on from there would fork its own history.
 */
@ApplicationScoped
class LedgerGate {
    private final boolean published;
    private volatile boolean checked;

    LedgerGate(@ConfigProperty(name = "lifeboat.evidence.repository") Optional<String> repository) {
        this.published = repository.isPresent();
    }

    /** Whether this ledger is published anywhere. */
    boolean isPublished() {
        return published;
    }

    /** Whether it was held against what it has published, and continues it. */
    boolean isChecked() {
        return checked || !published;
    }

    /**
     * To be called before each append, in its transaction.
     *
     * @throws MissingPrerequisite if it may not grow: what is to be recorded waits
     */
    void requireOpen(Handle transaction) {
        if (!isChecked()) {
            throw new MissingPrerequisite("the ledger is not compared yet with what it has published");
        }
        halted(transaction).ifPresent(failure -> {
            throw new MissingPrerequisite("the ledger takes no entries: " + failure.code());
        });
    }

    /** Whether an append would be taken. */
    boolean isOpen(Handle transaction) {
        return isChecked() && halted(transaction).isEmpty();
    }

    /** Why nothing may be appended, on any instance; empty if it may. */
    Optional<Failure> halted(Handle transaction) {
        return transaction
                .createQuery("select failure from ledger_halt")
                .mapTo(String.class)
                .findOne()
                .map(LedgerGate::read);
    }

    /** It continues what was published. */
    void open(Handle transaction) {
        transaction.execute("delete from ledger_halt");
        checked = true;
    }

    /** It contradicts what was published. */
    void halt(Handle transaction, Failure failure, Instant now) {
        transaction
                .createUpdate("insert into ledger_halt (code, failure, at) values (:code, :failure::jsonb, :now) on"
                        + " conflict (only_one) do update set code = excluded.code, failure = excluded.failure")
                .bind("code", failure.code())
                .bind("failure", write(failure))
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .execute();
    }

    private static String write(Failure failure) {
        try {
            return EventJson.mapper().writeValueAsString(failure);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Failure read(String json) {
        try {
            return EventJson.mapper().readValue(json, Failure.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
