package dev.lifeboat.restore.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SandboxRoleTest {

    @Test
    void theVerifierIsWhatPostgresqlStores() {
        // The example of RFC 7677: user, pencil, the salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 rounds. Its server signature
        // is
        // 6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=, which only the right server key gives.
        String verifier = SandboxRole.verifier("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        assertThat(verifier)
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                        + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    }

    @Test
    void theServerNeverSeesThePassword() {
        String password = SandboxRole.newPassword();

        assertThat(SandboxRole.statement(password)).doesNotContain(password).contains("SCRAM-SHA-256$4096:");
        assertThat(password).hasSize(32).matches("[A-Za-z0-9_-]+").isNotEqualTo(SandboxRole.newPassword());
    }
}
