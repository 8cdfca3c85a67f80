package dev.lifeboat.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseFaultsTest {

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource({
        "08001, true,  cannot connect",
        "08006, true,  the connection broke",
        "57P01, true,  the server is being shut down",
        "57P02, true,  the server crashed",
        "57P03, true,  the server is starting",
        "57014, true,  a statement was cancelled by its timeout",
        "53300, true,  too many connections",
        "53100, true,  the disk is full",
        "58030, true,  an I/O error of the server",
        "40001, true,  serialization failure",
        "40P01, true,  deadlock",
        "55P03, true,  lock not available",
        "25P03, true,  idle in transaction for too long",
        "25006, true,  a standby that is not promoted yet",
        "23505, false, unique violation",
        "23503, false, foreign key violation",
        "22P02, false, not a number",
        "42P01, false, there is no such table",
        "42601, false, not SQL",
        "28P01, false, wrong password",
        "25P02, false, an earlier statement of the transaction failed",
        "XX000, false, internal error"
    })
    void tellsByTheSqlStateWhetherItPasses(String state, boolean passes, String meaning) {
        SQLException fault = new SQLException(meaning, state);

        assertThat(DatabaseFaults.passes(new IllegalStateException("work failed", fault)))
                .isEqualTo(passes);
    }

    @Test
    void thePoolsOwnFaultsPass() {
        assertThat(DatabaseFaults.passes(new SQLTransientConnectionException("pool is closing")))
                .isTrue();
        assertThat(DatabaseFaults.passes(new SQLException("Sorry, acquisition timeout!")))
                .isTrue();
        assertThat(DatabaseFaults.passes(new SQLException("something of no class")))
                .isFalse();
    }

    @Test
    void whatIsNoFaultOfADatabaseStays() {
        assertThat(DatabaseFaults.passes(new IllegalStateException("a bug"))).isFalse();
    }

    @Test
    void aFaultThatIsSuppressedByARollbackCounts() {
        RuntimeException rolledBack = new RuntimeException("rolled back");
        rolledBack.addSuppressed(new SQLException("gone", "08006"));

        assertThat(DatabaseFaults.passes(rolledBack)).isTrue();
    }
}
