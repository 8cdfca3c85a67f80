package dev.lifeboat.platform.store;

import dev.lifeboat.platform.age.Age;
import dev.lifeboat.platform.age.AgeIdentity;
import dev.lifeboat.platform.age.IdentityFile;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The keys that clusters' objects are sealed with. Each cluster's folder holds its own, made when something is first sealed
 * there: an X25519 identity, encrypted with the repository's passphrase ({@value #NAME}, see {@link IdentityFile}). So the
 * folder can be copied as it is, and who has the passphrase needs nothing else.
 *
 * <p>Safe for many threads. Opened identities are kept as long as this lives: opening one is made to be slow.
 */
public final class SealingKeys {
    /** The object that holds a cluster's identity, in its folder. */
    public static final String NAME = "identity.txt.enc";

    private static final Logger LOG = Logger.getLogger(SealingKeys.class);
    private static final Pattern FOLDER = Pattern.compile("(clusters/[^/]+/[^/]+/).+");
    private static final int LARGEST = 64 * 1024;

    private final InstantSource clock;
    private final Map<Version, AgeIdentity> opened = new ConcurrentHashMap<>();

    /** One version of one identity's object, as one passphrase opens it. */
    private record Version(String place, String key, String etag, Secret passphrase) {}

    public SealingKeys(InstantSource clock) {
        this.clock = clock;
    }

    /** The folder whose identity an object is sealed with. */
    static String folder(String key) {
        Matcher folder = FOLDER.matcher(key);
        if (!folder.matches()) {
            throw new IllegalArgumentException("only what belongs to a cluster is sealed: " + key);
        }
        return folder.group(1);
    }

    /**
     * A cluster's identity.
     *
     * @param place what tells this store from others
     * @throws StoreException {@code encryption.identity-missing}, {@code encryption.passphrase-wrong},
     *     {@code encryption.identity-damaged}
     */
    AgeIdentity existing(ObjectStore store, String place, String folder, Secret passphrase) {
        return find(store, place, folder, passphrase).orElseThrow(() -> {
            String key = folder + NAME;
            return refused(
                    key,
                    "encryption.identity-missing",
                    "The key that the cluster's objects are sealed with is gone.",
                    key,
                    "no such object",
                    "Bring it back from a copy of the repository. Without it nobody reads what was sealed.");
        });
    }

    /** The same, and a new one where there is none. Of several that make one at the same time, one's is everybody's. */
    AgeIdentity existingOrNew(ObjectStore store, String place, String folder, Secret passphrase) {
        Optional<AgeIdentity> there = find(store, place, folder, passphrase);
        if (there.isPresent()) {
            return there.get();
        }
        AgeIdentity made = AgeIdentity.generate();
        try {
            StoredObject stored = store.put(
                    folder + NAME,
                    IdentityFile.seal(made, clock.instant(), passphrase),
                    PutCondition.IF_ABSENT,
                    Map.of());
            LOG.infof("made the key that what is stored in %s is sealed with: %s", folder, made.recipient());
            opened.put(new Version(place, folder + NAME, stored.etag(), passphrase), made);
            return made;
        } catch (StoreException e) {
            if (!e.fault().code().equals("store.precondition-failed")) {
                throw e;
            }
            return existing(store, place, folder, passphrase);
        }
    }

    private Optional<AgeIdentity> find(ObjectStore store, String place, String folder, Secret passphrase) {
        String key = folder + NAME;
        return store.head(key).map(info -> {
            Version version = new Version(place, key, info.etag(), passphrase);
            AgeIdentity known = opened.get(version);
            if (known == null) {
                known = read(store, key, info, passphrase);
                opened.put(version, known);
            }
            return known;
        });
    }

    private static AgeIdentity read(ObjectStore store, String key, ObjectInfo info, Secret passphrase) {
        try (InputStream in = store.get(key, info.sha256())) {
            return IdentityFile.open(in.readNBytes(LARGEST), passphrase);
        } catch (Age.NotForUs wrong) {
            throw refused(
                    key,
                    "encryption.passphrase-wrong",
                    "The repository's passphrase does not open the key that the cluster's objects are sealed with.",
                    "the passphrase that it was encrypted with",
                    "another one",
                    "Correct the secret of the repository's encryption; a passphrase cannot be changed by declaring"
                            + " another one.");
        } catch (IOException damaged) {
            throw refused(
                    key,
                    "encryption.identity-damaged",
                    "The key that the cluster's objects are sealed with cannot be read.",
                    "an identity, encrypted with the repository's passphrase",
                    String.valueOf(damaged.getMessage()),
                    "Bring it back from a copy of the repository. Without it nobody reads what was sealed.");
        }
    }

    static StoreException refused(String key, String code, String message, String expected, String found, String hint) {
        return new StoreException(
                "Opening " + key, StoreFault.fatal(code, message, expected, key + ": " + found, hint), null);
    }
}
