package dev.lifeboat.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the programs say, as PostgreSQL 15 says it, and what it means. */
class ToolFaultsTest {

    static Stream<Arguments> said() {
        return Stream.of(
                said(
                        "pg_dump: error: connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  password"
                                + " authentication failed for user \"x\"",
                        "postgres.password-wrong",
                        false),
                said(
                        "pg_dump: error: connection to server at \"10.0.0.1\", port 5432 failed: FATAL:  no pg_hba.conf"
                                + " entry for host",
                        "postgres.hba-entry-missing",
                        false),
                said(
                        "pg_dump: error: server version: 17.2; pg_dump version: 15.18\npg_dump: error: aborting because of"
                                + " server version mismatch",
                        "dump.tool-older",
                        false),
                said(
                        "pg_dump: error: query failed: ERROR:  permission denied for table orders",
                        "postgres.privilege-missing",
                        false),
                said(
                        "pg_dump: error: Dumping the contents of table \"t\" failed: ERROR:  query would be affected by"
                                + " row-level security policy for table \"t\"",
                        "dump.row-security",
                        false),
                said(
                        "pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout",
                        "postgres.lock-not-available",
                        true),
                said(
                        "pg_dump: detail: Error message from server: ERROR:  invalid page in block 7 of relation base/5/16",
                        "postgres.data-corrupted",
                        false),
                said(
                        "pg_dump: error: could not write to file \"x/3.dat.gz\": No space left on device",
                        "dump.disk-full",
                        true),
                said(
                        "pg_dump: error: query failed: ERROR:  could not open relation with OID 16400",
                        "dump.schema-changed",
                        true),
                said(
                        "pg_dump: error: query failed: ERROR:  relation \"public.t\" does not exist",
                        "dump.schema-changed",
                        true),
                said(
                        "pg_dump: error: connection to server failed: FATAL:  database \"a b\" does not exist",
                        "postgres.database-missing",
                        false),
                said(
                        "pg_dump: error: query failed: ERROR:  invalid snapshot identifier: \"00000003-1\"",
                        "dump.snapshot-lost",
                        true),
                said(
                        "pg_dump: error: query failed: FATAL:  terminating connection due to administrator command",
                        "postgres.unreachable",
                        true),
                said(
                        "pg_dump: error: connection to server at \"127.0.0.1\", port 1 failed: Connection refused",
                        "postgres.unreachable",
                        true),
                said("ERROR:  canceling statement due to conflict with recovery", "dump.recovery-conflict", true),
                said(
                        "ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction.",
                        "dump.locks-exhausted",
                        false),
                said("pg_dump: error: something that nobody knows", "dump.tool-failed", false));
    }

    private static Arguments said(String stderr, String code, boolean retryable) {
        return Arguments.of(stderr, code, retryable);
    }

    @ParameterizedTest
    @MethodSource("said")
    void isUnderstood(String stderr, String code, boolean retryable) {
        DumpFailure failure = ToolFaults.explain("pg_dump", 1, "pg_dump: last built-in OID is 16383\n" + stderr);
        assertThat(failure.failure().code()).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure.failure().found()).isNotBlank();
        assertThat(failure.failure().hint()).isNotBlank();
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({"137, signal 9", "143, signal 15"})
    void aSignalIsRetryable(int exit, String found) {
        DumpFailure failure = ToolFaults.explain("pg_dump", exit, "");
        assertThat(failure.failure().code()).isEqualTo("dump.tool-killed");
        assertThat(failure.failure().found()).isEqualTo(found);
        assertThat(failure.retryable()).isTrue();
    }
}
