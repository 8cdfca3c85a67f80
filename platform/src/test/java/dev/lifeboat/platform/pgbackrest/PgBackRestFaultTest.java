package dev.lifeboat.platform.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pgBackRest 2.45 said when each of these was provoked, and what it means. */
class PgBackRestFaultTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "archive-timeout,      pgbackrest.archive-timeout,      true",
        "bad-option,           pgbackrest.option-refused,       false",
        "badca,                pgbackrest.ca-file-unreadable,   false",
        "badhost,              pgbackrest.repo-unreachable,     true",
        "cipher-on-plain,      pgbackrest.cipher-mismatch,      false",
        "damaged,              pgbackrest.repository-damaged,   false",
        "db-gone,              pgbackrest.repo-unreachable,     true",
        "enc-nopass,           pgbackrest.passphrase-missing,   false",
        "enc-wrong,            pgbackrest.cipher-mismatch,      false",
        "expire-bad,           pgbackrest.option-refused,       false",
        "expire-last,          pgbackrest.last-full,            true",
        "grant,                pgbackrest.grant-missing,        false",
        "grant-monitor,        pgbackrest.grant-missing,        false",
        "lock-perm,            pgbackrest.folder-closed,        false",
        "locked,               pgbackrest.locked,               true",
        "mismatch-backup,      pgbackrest.stanza-mismatch,      false",
        "mismatch-create,      pgbackrest.stanza-mismatch,      false",
        "no-bucket,            pgbackrest.bucket-missing,       false",
        "no-config,            pgbackrest.file-missing,         false",
        "no-stanza,            pgbackrest.stanza-missing,       true",
        "not-empty,            pgbackrest.folder-not-empty,     false",
        "pg-down,              pgbackrest.server-unreachable,   true",
        "pg-path,              pgbackrest.data-directory-wrong, false",
        "pg-user,              pgbackrest.login-refused,        false",
        "plain-on-enc-backup,  pgbackrest.cipher-mismatch,      false",
        "repo-file-missing,    pgbackrest.file-missing,         false",
        "running,              pgbackrest.server-running,       false",
        "set-missing,          pgbackrest.set-missing,          false",
        "stopped,              pgbackrest.stopped,              false",
        "tcp-wrongpw,          pgbackrest.login-refused,        false",
        "terminated,           pgbackrest.connection-lost,      true",
        "untrusted,            pgbackrest.certificate-untrusted, false",
        "wrong-access,         pgbackrest.wrong-key,            false",
    })
    void eachErrorHasItsCode(String sample, String code, boolean retryable) throws IOException {
        PgBackRestFault fault = PgBackRestFault.classify(1, read("errors/" + sample + ".txt"));

        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.retryable()).isEqualTo(retryable);
        assertThat(fault.failure().hint()).isNotBlank();
        assertThat(fault.failure().found()).isNotBlank().hasSizeLessThan(320);
    }

    @ParameterizedTest(name = "[{0}] {1} is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "101 | HTTP request failed with 503 (Service Unavailable) | pgbackrest.repo-unreachable | true",
                "039 | HTTP request failed with 403: <Error><Code>RequestTimeTooSkewed</Code> | pgbackrest.clock-skewed | false",
                "039 | HTTP request failed with 403 (Forbidden): <Code>AccessDenied</Code> | pgbackrest.access-denied | false",
                "039 | HTTP request failed with 301 (Moved Permanently) | pgbackrest.repo-refused | false",
                "039 | HTTP request failed with 404 (Not Found): <Code>NoSuchUpload</Code> | pgbackrest.repo-unreachable | true",
                "039 | unexpected eof while reading line | pgbackrest.repo-unreachable | true",
                "045 | WAL file '00000001' already exists in the repo1 archive with a different checksum | pgbackrest.archive-duplicate | false",
                "046 | unexpected control version = 1300 and catalog version = 202307071 | pgbackrest.version-unsupported | false",
                "064 | unable to write '/x': [28] No space left on device | pgbackrest.disk-full | true",
                "041 | unable to open file '/x' for read: [13] Permission denied | pgbackrest.folder-closed | false",
                "087 | archive_mode must be enabled | pgbackrest.archive-mode-off | false",
                "068 | archive_command '' must contain pgbackrest | pgbackrest.archive-command-wrong | false",
                "032 | pgBackRest not built with zst support | pgbackrest.compression-missing | false",
                "056 | unable to find primary cluster - cannot proceed HINT: are all available clusters in recovery? | pgbackrest.not-primary | false",
                "122 | something new | pgbackrest.failed | false",
            })
    void whatWasNotProvokedHereHasACodeToo(String number, String text, String code, boolean retryable) {
        PgBackRestFault fault = PgBackRestFault.classify(Integer.parseInt(number), "ERROR: [" + number + "]: " + text);

        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.retryable()).isEqualTo(retryable);
    }

    @Test
    void aSignalThatEndedItIsTriedAgain() {
        assertThat(PgBackRestFault.classify(137, "").code()).isEqualTo("pgbackrest.killed");
        assertThat(PgBackRestFault.classify(63, "").retryable()).isTrue();
    }

    @Test
    void theWarningThatSaysWhyIsWhatWasFound() throws IOException {
        PgBackRestFault fault = PgBackRestFault.classify(56, read("errors/tcp-wrongpw.txt"));

        assertThat(fault.failure().found()).contains("password authentication failed for user");
    }

    static String read(String name) throws IOException {
        try (InputStream in = PgBackRestFaultTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
