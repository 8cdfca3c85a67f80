package dev.lifeboat.backup.window;

import dev.lifeboat.platform.store.ObjectInfo;
import java.util.Optional;

/** Why an object that is listed does not count. */
final class Flaws {
    private Flaws() {}

    /** As far as a listing shows it: no codec makes nothing of a segment. */
    static Optional<String> ofListing(ObjectInfo object) {
        return object.size() == 0 ? Optional.of("empty") : Optional.empty();
    }
}
