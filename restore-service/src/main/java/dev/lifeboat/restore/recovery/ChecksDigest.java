package dev.lifeboat.restore.recovery;

import dev.lifeboat.schemas.fleet.CheckSpec;
import java.util.List;

/** Names the owner's checks as they were declared when a run began. */
public final class ChecksDigest {
    private ChecksDigest() {}

    /** The digest; that of an empty list when there are none. */
    public static String of(List<CheckSpec> checks) {
        return dev.lifeboat.platform.fleet.ChecksDigest.of(checks);
    }
}
