package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Tries a bucket with an object of its own, which is gone afterwards. */
final class StoreProbe implements RepositoryProbe {
    private static final Logger LOG = Logger.getLogger(StoreProbe.class);
    private static final byte[] CONTENT =
            "Lifeboat writes, reads and removes this to test a repository.\n".getBytes(StandardCharsets.UTF_8);
    private static final String EXISTS = "store.precondition-failed";

    private final RepositoryStores stores;

    StoreProbe(RepositoryStores stores) {
        this.stores = stores;
    }

    @Override
    public Result test(RepositorySpec repository) {
        Optional<Failure> authority = authorityMistake(repository);
        if (authority.isPresent()) {
            return new Result(List.of(authority.get()), List.of());
        }
        List<Failure> errors = new ArrayList<>();
        List<Failure> warnings = new ArrayList<>();
        String key = "lifeboat-probe-" + UUID.randomUUID();
        try (ObjectStore store = stores.open(repository)) {
            store.requireReachable();
            store.put(key, CONTENT, PutCondition.IF_ABSENT, Map.of());
            try {
                readBack(store, key).ifPresent(errors::add);
                conditionKept(store, key).ifPresent(errors::add);
                if (repository.readCredentials() != null) {
                    readOnly(repository, key, errors, warnings);
                }
            } finally {
                store.delete(List.of(key));
            }
        } catch (StoreException e) {
            LOG.debugf(e, "the repository %s was tested and does not do", repository.name());
            errors.add(e.fault().failure());
        }
        return new Result(List.copyOf(errors), List.copyOf(warnings));
    }

    private static Optional<Failure> readBack(ObjectStore store, String key) {
        try (InputStream in = store.get(key, Optional.empty())) {
            return Arrays.equals(in.readAllBytes(), CONTENT)
                    ? Optional.empty()
                    : Optional.of(new Failure(
                            "repository.reads-other-bytes",
                            "What was read back is not what was written.",
                            CONTENT.length + " bytes as written",
                            "other bytes",
                            "Suspect a proxy between, or the store itself."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two writers of one manifest must not both succeed. */
    private static Optional<Failure> conditionKept(ObjectStore store, String key) {
        try {
            store.put(key, CONTENT, PutCondition.IF_ABSENT, Map.of());
        } catch (StoreException e) {
            if (e.fault().code().equals(EXISTS)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(new Failure(
                "repository.conditional-put-ignored",
                "The store lets an object be written over that was to be written only where there is none.",
                "412 for a put with If-None-Match: *",
                "success",
                "Use a store that honours conditional writes; S3 itself, MinIO and Ceph do."));
    }

    private void readOnly(RepositorySpec repository, String key, List<Failure> errors, List<Failure> warnings) {
        try (ObjectStore store = stores.openForReading(repository)) {
            readBack(store, key).ifPresent(errors::add);
            String forbidden = key + "-read-only";
            try {
                store.put(forbidden, CONTENT, PutCondition.IF_ABSENT, Map.of());
                store.delete(List.of(forbidden));
                warnings.add(new Failure(
                        "repository.read-credentials-can-write",
                        "The readCredentials may write: a sandbox that has them could harm the archive.",
                        "a key that may only list and read",
                        "a key that may write",
                        "Take writing and deleting out of the key's policy."));
            } catch (StoreException e) {
                LOG.debugf(
                        "the readCredentials of %s may not write, as they should: %s",
                        repository.name(), e.fault().code());
            }
        } catch (StoreException e) {
            Failure failure = e.fault().failure();
            errors.add(new Failure(
                    failure.code(),
                    "With readCredentials: " + failure.message(),
                    failure.expected(),
                    failure.found(),
                    failure.hint()));
        }
    }

    private static Optional<Failure> authorityMistake(RepositorySpec repository) {
        if (repository.caFile() == null) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(Path.of(repository.caFile()))) {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .isEmpty()) {
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.of(authority("cannot be read", e.getClass().getSimpleName()));
        } catch (CertificateException e) {
            return Optional.of(authority("holds no certificate", "something else"));
        }
        return Optional.of(authority("holds no certificate", "nothing"));
    }

    private static Failure authority(String what, String found) {
        return new Failure(
                "repository.ca-file-unusable",
                "The file that caFile names " + what + ".",
                "a PEM file with certificates, readable by this service",
                found,
                "Correct caFile, or leave it out where the JVM trusts the endpoint's certificate.");
    }
}
