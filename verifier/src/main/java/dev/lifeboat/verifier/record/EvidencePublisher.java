package dev.lifeboat.verifier.record;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.WakeupTarget;
import dev.lifeboat.platform.schedule.Wakeups;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.verifier.finding.Findings;
import dev.lifeboat.verifier.fleet.KnownFleet;
import dev.lifeboat.verifier.ledger.Checkpoint;
import dev.lifeboat.verifier.ledger.EvidenceBucket;
import dev.lifeboat.verifier.ledger.Ledger;
import dev.lifeboat.verifier.ledger.LedgerException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Publishes the ledger to the evidence bucket, and before that holds it against what is published there. Where they
 * contradict each other nothing is appended any more, on no instance, until an instance starts on a ledger that continues
 * what was published.
 */
@ApplicationScoped
class EvidencePublisher implements WakeupTarget {
    private static final Logger LOG = Logger.getLogger(EvidencePublisher.class);
    private static final String GROUP = "evidence";
    private static final int AT_ONCE = 500;

    private final Database database;
    private final Wakeups wakeups;
    private final Ledger ledger;
    private final LedgerGate gate;
    private final RepositoryStores stores;
    private final Findings findings;
    private final InstantSource clock;
    private final Optional<String> repository;
    private final String instance;
    private final Duration every;
    private final ReentrantLock publishing = new ReentrantLock();
    private volatile Failure trouble;

    EvidencePublisher(
            Database database,
            Wakeups wakeups,
            Ledger ledger,
            LedgerGate gate,
            RepositoryStores stores,
            Findings findings,
            InstantSource clock,
            @ConfigProperty(name = "lifeboat.evidence.repository") Optional<String> repository,
            @ConfigProperty(name = "lifeboat.ledger.instance", defaultValue = "local") String instance,
            @ConfigProperty(name = "lifeboat.evidence.every", defaultValue = "PT10S") Duration every) {
        this.database = database;
        this.wakeups = wakeups;
        this.ledger = ledger;
        this.gate = gate;
        this.stores = stores;
        this.findings = findings;
        this.clock = clock;
        this.repository = repository;
        this.instance = instance;
        this.every = every;
    }

    void start(@Observes StartupEvent event) {
        if (repository.isEmpty()) {
            LOG.warn("the ledger is published nowhere: set lifeboat.evidence.repository to a declared repository");
            return;
        }
        // Its own state is not shared: whoever starts looks for itself.
        Thread.ofVirtual().name("ledger-check").start(this::checkUntilDone);
        database.useTransaction(tx -> wakeups.in(GROUP, "publish", every));
    }

    /** Why what is published could not be looked at, or written; empty if all is well. */
    Optional<Failure> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public void woken(String name) {
        database.useTransaction(tx -> wakeups.in(GROUP, name, every));
        // Not on Quartz' few threads: an object store that is away is waited for.
        Thread.ofVirtual().name("ledger-publish").start(this::publishIfOpen);
    }

    private void publishIfOpen() {
        if (!publishing.tryLock()) {
            return;
        }
        try {
            if (repository.isPresent() && database.inTransaction(gate::isOpen)) {
                withBucket(this::publish);
            }
        } catch (RuntimeException e) {
            LOG.warnf(e, "the ledger could not be published; it is tried again in %s", every);
        } finally {
            publishing.unlock();
        }
    }

    private void checkUntilDone() {
        try {
            while (!compare()) {
                Thread.sleep(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Holds the ledger against what is published; true if that is decided. */
    boolean compare() {
        return withBucket(this::check);
    }

    /** The ledger as it is continues what was published, or nothing is appended to it. */
    private void check(EvidenceBucket bucket) {
        bucket.newest(ledger.verificationKey())
                .ifPresent(newest -> database.useTransaction(tx -> ledger.requireContinues(tx, newest)));
        database.useTransaction(tx -> {
            gate.open(tx);
            findings.close(tx, subject(), Optional.empty(), "The ledger continues what it has published.");
        });
        LOG.info("the ledger continues what it has published");
    }

    private void publish(EvidenceBucket bucket) {
        Checkpoint head = database.inTransaction(ledger::head);
        long exported = exported();
        if (exported >= head.size()) {
            return;
        }
        while (exported < head.size()) {
            long first = exported + 1;
            int most = (int) Math.min(AT_ONCE, head.size() - exported);
            List<byte[]> envelopes = database.inTransaction(tx -> ledger.envelopes(tx, first, most));
            exported += bucket.publishEntries(first, envelopes);
        }
        bucket.publishCheckpoint(head, ledger.sign(head), ledger.verificationKey());
        long done = exported;
        database.useTransaction(tx -> tx.execute("update evidence_export set exported = greatest(exported, ?)", done));
    }

    private long exported() {
        return database.inTransaction(tx -> tx.createQuery("select exported from evidence_export")
                .mapTo(Long.class)
                .one());
    }

    private interface Work {
        void in(EvidenceBucket bucket);
    }

    /** True if it was done, or will not be done by trying again. */
    private boolean withBucket(Work work) {
        String name = repository.orElseThrow();
        Optional<RepositorySpec> spec = database.inTransaction(tx -> KnownFleet.repository(tx, name));
        if (spec.isEmpty()) {
            // No fault: it is still to be declared, and until then there is nothing that could be recorded.
            return false;
        }
        try (ObjectStore store = stores.open(spec.get())) {
            work.in(new EvidenceBucket(store, instance));
            trouble = null;
            return true;
        } catch (LedgerException e) {
            LOG.errorf("the ledger takes no entries any more: %s", e.getMessage());
            database.useTransaction(tx -> halt(tx, e.failure()));
            return true;
        } catch (StoreException e) {
            return troubled(e.fault().failure());
        } catch (SecretException e) {
            return troubled(e.failure());
        } catch (RuntimeException e) {
            LOG.errorf(e, "the evidence bucket could not be used");
            return troubled(new Failure(
                    "evidence.failed", "The evidence bucket could not be used.", null, null, "Look at the log."));
        }
    }

    private boolean troubled(Failure failure) {
        if (trouble == null) {
            LOG.warnf("the evidence bucket cannot be used: %s: %s", failure.code(), failure.message());
        }
        trouble = failure;
        return false;
    }

    private void halt(Handle tx, Failure failure) {
        boolean known = gate.halted(tx).isPresent();
        gate.halt(tx, failure, clock.instant());
        if (!known) {
            findings.raise(tx, subject(), null, new Findings.Words() {
                @Override
                public String message(int times) {
                    return "The ledger takes no entries: " + failure.message() + ".";
                }

                @Override
                public String hint() {
                    return "Follow \"When the ledger stops\" in docs/evidence-threat-model.md.";
                }
            });
        }
    }

    private Findings.Subject subject() {
        return new Findings.Subject(
                "ledger.halted/" + instance, "ledger.halted", "critical", null, null, repository.orElseThrow(), null);
    }
}
