package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestFault;
import dev.lifeboat.schemas.Failure;

/** What stands in the way before pgBackRest is even asked. */
final class Refusal {
    private static final String DOING = "Preparing a backup by pgBackRest";

    private Refusal() {}

    /** Somebody has to change something. */
    static PgBackRestException fatal(Failure failure) {
        return new PgBackRestException(DOING, new PgBackRestFault(false, failure));
    }

    /** May be otherwise soon. */
    static PgBackRestException passing(Failure failure) {
        return new PgBackRestException(DOING, new PgBackRestFault(true, failure));
    }
}
