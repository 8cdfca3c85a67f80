package dev.lifeboat.platform.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrincipalsFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("principals.json");
    }

    @Test
    void knows_a_principal_by_its_token() throws Exception {
        write(entry("principal/alice", "\"operator\",\"viewer\"", "alices-token"));
        PrincipalsFile principals = new PrincipalsFile(file);

        var alice = principals.principals().of("alices-token").orElseThrow();

        assertThat(alice.name()).isEqualTo("principal/alice");
        assertThat(alice.roles()).containsExactlyInAnyOrder(Roles.OPERATOR, Roles.VIEWER);
        assertThat(principals.principals().of("alices-tokeN")).isEmpty();
        assertThat(principals.principals().of("")).isEmpty();
        assertThat(principals.failure()).isEmpty();
    }

    @Test
    void reads_again_what_changed() throws Exception {
        write(entry("principal/alice", "\"viewer\"", "one"));
        PrincipalsFile principals = new PrincipalsFile(file);
        assertThat(principals.principals().of("one")).isPresent();

        write(entry("principal/alice", "\"viewer\"", "two") + "," + entry("principal/bob", "\"viewer\"", "three"));

        assertThat(principals.principals().of("one")).isEmpty();
        assertThat(principals.principals().of("two")).isPresent();
        assertThat(principals.principals().of("three")).isPresent();
    }

    @Test
    void a_change_that_cannot_be_used_is_said_and_what_was_read_before_stays() throws Exception {
        write(entry("principal/alice", "\"viewer\"", "one"));
        PrincipalsFile principals = new PrincipalsFile(file);
        assertThat(principals.principals().of("one")).isPresent();

        Files.writeString(file, "{\"principals\":[");

        assertThat(principals.principals().of("one")).isPresent();
        assertThat(principals.failure()).map(Failure::code).contains("principals.malformed");
    }

    @Test
    void nobody_is_known_from_a_file_that_is_not_there() {
        PrincipalsFile principals = new PrincipalsFile(file);

        assertThat(principals.principals().of("any")).isEmpty();
        assertThat(principals.failure()).map(Failure::code).contains("principals.missing");
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void a_file_that_others_may_read_or_write_is_refused(String permissions) throws Exception {
        write(entry("principal/alice", "\"viewer\"", "one"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        PrincipalsFile principals = new PrincipalsFile(file);

        assertThat(principals.principals().of("one")).isEmpty();
        assertThat(principals.failure()).map(Failure::code).contains("principals.too-open");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            principals.name      | "name":"alice","roles":["viewer"],"tokenSha256":"%1$s"
            principals.name      | "name":"principal/../x","roles":["viewer"],"tokenSha256":"%1$s"
            principals.roles     | "name":"principal/alice","roles":["cook"],"tokenSha256":"%1$s"
            principals.roles     | "name":"principal/alice","roles":[],"tokenSha256":"%1$s"
            principals.roles     | "name":"principal/alice","tokenSha256":"%1$s"
            principals.token     | "name":"principal/alice","roles":["viewer"],"tokenSha256":"secret"
            principals.token     | "name":"principal/alice","roles":["viewer"]
            principals.malformed | "name":"principal/alice","roles":["viewer"],"tokenSha256":"%1$s","token":"x"
            """)
    void an_entry_that_is_wrong_is_named(String code, String entry) throws Exception {
        write("{" + entry.formatted(sha256("one")) + "}");

        PrincipalsFile principals = new PrincipalsFile(file);

        assertThat(principals.failure()).map(Failure::code).contains(code);
        assertThat(principals.principals().of("one")).isEmpty();
    }

    @Test
    void two_with_one_token_are_refused() throws Exception {
        write(entry("principal/alice", "\"viewer\"", "one") + "," + entry("principal/bob", "\"viewer\"", "one"));

        assertThat(new PrincipalsFile(file).failure()).map(Failure::code).contains("principals.twice");
    }

    private void write(String entries) throws IOException {
        Path fresh = Files.createTempFile(folder, "principals", ".new");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(fresh, "{\"principals\":[" + entries + "]}");
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String entry(String name, String roles, String token) throws Exception {
        return "{\"name\":\"" + name + "\",\"roles\":[" + roles + "],\"tokenSha256\":\"" + sha256(token) + "\"}";
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
