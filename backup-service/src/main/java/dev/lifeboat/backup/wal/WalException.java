package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** Why WAL was not received or stored. The failure says so by a stable code, and whether it may pass. */
public final class WalException extends RuntimeException {
    /** The store holds other bytes of the same timeline. */
    public static final String DIFFERENT_BYTES = "wal.different-bytes";

    /** Another database system answers than the one whose WAL is stored. */
    public static final String SYSTEM_DIFFERS = "wal.system-identifier-differs";

    /** The server has less WAL than the store. */
    public static final String SERVER_BEHIND = "wal.server-behind-store";

    /** The store holds WAL of a timeline that the server does not come from. */
    public static final String TIMELINE_UNKNOWN = "wal.timeline-unknown-to-server";

    /** WAL between what the store holds and what the server still has is lost. */
    public static final String GAP = "wal.gap";

    /** Commits would wait for the object store. */
    public static final String WOULD_DELAY_COMMITS = "wal.would-delay-commits";

    /** The folder for WAL that is not yet stored cannot be written. */
    public static final String SPOOL = "wal.spool-not-writable";

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean retryable;

    WalException(boolean retryable, Failure failure, Throwable cause) {
        super(failure.message() + " Expected " + failure.expected() + ", found " + failure.found() + ".", cause);
        this.failure = failure;
        this.retryable = retryable;
    }

    /** The stable code, and what to do. */
    public Failure failure() {
        return failure;
    }

    /** Whether it may succeed later without anybody changing anything. */
    public boolean retryable() {
        return retryable;
    }

    /** ONE place that tells what may pass from what does not, for everything that receiving WAL meets. */
    static WalException of(Throwable thrown) {
        return switch (thrown) {
            case WalException known -> known;
            case PostgresException e ->
                new WalException(e.fault().retryable(), e.fault().failure(), e);
            case StoreException e ->
                new WalException(e.fault().retryable(), e.fault().failure(), e);
            case UncheckedIOException e -> of(e.getCause());
            case IOException e ->
                new WalException(
                        true,
                        new Failure(
                                SPOOL,
                                "WAL that is not yet stored cannot be kept on disk.",
                                "a folder with room for it",
                                String.valueOf(e.getMessage()),
                                "Make room in the work folder, or lower the number of streams. Nothing is lost: the"
                                        + " server keeps what was not acknowledged."),
                        e);
            default ->
                new WalException(
                        false,
                        new Failure(
                                "wal.unexpected",
                                "Receiving WAL failed in a way that was not foreseen.",
                                "WAL received and stored",
                                String.valueOf(thrown),
                                "Look into the log; this is worth a report."),
                        thrown);
        };
    }

    static WalException fatal(String code, String message, String expected, String found, String hint) {
        return new WalException(false, new Failure(code, message, expected, found, hint), null);
    }

    static WalException differentBytes(String what, String found) {
        return fatal(
                DIFFERENT_BYTES,
                "The server sends other WAL than the store holds, on the same timeline.",
                "the bytes that are stored in " + what,
                found,
                "The server was set back (a snapshot, a copied disk) and went on without a new timeline, or two servers"
                        + " write to one store. Keep what is stored, give this server a new declaration, and take a new"
                        + " base backup.");
    }

    static WalException notJoined(Lsn received, Lsn found) {
        return new WalException(
                true,
                new Failure(
                        "wal.not-contiguous",
                        "The server's next message does not join what was received.",
                        "WAL from " + received,
                        "WAL from " + found,
                        "It is taken up again from what is stored. If it stays so, something in between changes the"
                                + " stream."),
                null);
    }
}
