package dev.lifeboat.restore.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.dump.RestoreMessages.LeftOff;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What pg_restore 15 really says, and what it means. */
class RestoreMessagesTest {
    private static final LeftOff PG_CRON = new LeftOff(Set.of("pg_cron"));

    static Stream<Arguments> messages() {
        return Stream.of(
                row("nothing said", 0, "", RestoreResult.Restored.class, null),
                row(
                        "what each new database has",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  schema "public" already exists
                        Command was: CREATE SCHEMA public;


                        pg_restore: warning: errors ignored on restore: 1
                        """,
                        RestoreResult.Restored.class,
                        null),
                row(
                        "a newer pg_dump's preamble",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
                        Command was: SET transaction_timeout = 0;
                        pg_restore: warning: errors ignored on restore: 1
                        """,
                        RestoreResult.Restored.class,
                        null),
                row(
                        "a scheduler that is left off",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  pg_cron can only be loaded via shared_preload_libraries
                        Command was: CREATE EXTENSION IF NOT EXISTS pg_cron WITH SCHEMA pg_catalog;
                        pg_restore: error: could not execute query: ERROR:  extension "pg_cron" does not exist
                        Command was: COMMENT ON EXTENSION pg_cron IS 'Job scheduler for PostgreSQL';
                        pg_restore: warning: errors ignored on restore: 2
                        """,
                        RestoreResult.Restored.class,
                        null),
                row(
                        "a role that is missing",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  role "owner1" does not exist
                        Command was: ALTER DATABASE shop OWNER TO owner1;

                        pg_restore: warning: errors ignored on restore: 1
                        """,
                        RestoreResult.DoesNotRestore.class,
                        "role \"owner1\" does not exist"),
                row(
                        "a harmless and a real one",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  schema "public" already exists
                        Command was: CREATE SCHEMA public;
                        pg_restore: error: could not execute query: ERROR:  could not create unique index "t_pkey"
                        DETAIL:  Key (id)=(17) is duplicated.
                        Command was: ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);
                        pg_restore: warning: errors ignored on restore: 2
                        """,
                        RestoreResult.DoesNotRestore.class,
                        "could not create unique index"),
                row(
                        "a dump that ends too early",
                        1,
                        "pg_restore: error: could not read from input file: end of file\n",
                        RestoreResult.DoesNotRestore.class,
                        "end of file"),
                row(
                        "a dump whose bytes were altered",
                        1,
                        "pg_restore: error: could not uncompress data: incorrect data check\n",
                        RestoreResult.DoesNotRestore.class,
                        "incorrect data check"),
                row(
                        "no dump at all",
                        1,
                        "pg_restore: error: input file does not appear to be a valid archive (too short?)\n",
                        RestoreResult.DoesNotRestore.class,
                        "valid archive"),
                row("nothing said, but a bad end", 1, "", RestoreResult.DoesNotRestore.class, "exit status 1"),
                row(
                        "more errors than the kept end shows",
                        1,
                        """
                        pg_restore: error: could not execute query: ERROR:  schema "public" already exists
                        pg_restore: warning: errors ignored on restore: 4711
                        """,
                        RestoreResult.DoesNotRestore.class,
                        "4710 errors"),
                row(
                        "a full disk",
                        1,
                        """
                        pg_restore: error: COPY failed for table "t": ERROR:  could not extend file "base/5/1": No space left on device
                        HINT:  Check free disk space.
                        """,
                        RestoreResult.NotCarriedOut.class,
                        "No space left"),
                row(
                        "the server was taken away",
                        1,
                        """
                        pg_restore: error: error returned by PQputCopyData: server closed the connection unexpectedly
                        \tThis probably means the server terminated abnormally
                        """,
                        RestoreResult.NotCarriedOut.class,
                        "server closed"),
                row("killed", 137, "", RestoreResult.NotCarriedOut.class, "signal 9"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void eachRunIsJudged(String what, int exit, String stderr, Class<?> expected, String shown) {
        RestoreResult result = RestoreMessages.judge("shop", exit, stderr, PG_CRON);

        assertThat(result).isInstanceOf(expected);
        if (shown != null) {
            assertThat(found(result)).contains(shown);
        }
    }

    @Test
    void schedulersThatAreNotLeftOffAreMissed() {
        RestoreResult result = RestoreMessages.judge(
                "shop",
                1,
                """
                pg_restore: error: could not execute query: ERROR:  pg_cron can only be loaded via shared_preload_libraries
                Command was: CREATE EXTENSION IF NOT EXISTS pg_cron WITH SCHEMA pg_catalog;
                """,
                new LeftOff(Set.of()));

        assertThat(result).isInstanceOf(RestoreResult.DoesNotRestore.class);
    }

    @Test
    void rowsOfTheOwnersDataAreNotShown() {
        RestoreResult result = RestoreMessages.judge(
                "shop",
                1,
                """
                pg_restore: error: COPY failed for table "t": ERROR:  invalid input syntax for type integer: "4111 1111 1111 1111"
                CONTEXT:  COPY t, line 5, column id: "4111 1111 1111 1111"
                """,
                PG_CRON);

        assertThat(found(result)).contains("invalid input syntax").doesNotContain("4111");
    }

    private static String found(RestoreResult result) {
        return switch (result) {
            case RestoreResult.Restored restored -> restored.harmless().toString();
            case RestoreResult.DoesNotRestore(var failure) -> failure.found();
            case RestoreResult.NotCarriedOut(var failure) -> failure.found();
        };
    }

    private static Arguments row(String what, int exit, String stderr, Class<?> expected, String shown) {
        return Arguments.of(what, exit, stderr, expected, shown);
    }
}
