package dev.lifeboat.restore.dump;

import dev.lifeboat.schemas.Failure;
import java.util.List;

/** What a restoring tool's run came to. */
public sealed interface RestoreResult {

    /**
     * All that was in the dump is there.
     *
     * @param harmless what the tool complained about, and why it means nothing
     */
    record Restored(List<String> harmless) implements RestoreResult {}

    /** The dump's bytes or statements do not restore: the finding that a drill is made for. */
    record DoesNotRestore(Failure failure) implements RestoreResult {}

    /** Nothing can be said about the dump: no room, the server was taken away, the tool was killed. */
    record NotCarriedOut(Failure failure) implements RestoreResult {}
}
