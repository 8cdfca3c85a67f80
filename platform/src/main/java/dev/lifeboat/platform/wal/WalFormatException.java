package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.Serial;

/** Bytes that are no WAL as it is known here: damaged, cut off, or of an unknown version. */
public final class WalFormatException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    WalFormatException(Lsn position, String found) {
        super("at " + position + ": " + found);
    }
}
