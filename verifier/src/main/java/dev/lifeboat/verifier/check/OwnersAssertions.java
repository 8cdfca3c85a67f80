package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.fleet.CheckSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.core.Parser;

/** The owner's own SQL: one value each, read-only, compared as text. */
@ApplicationScoped
class OwnersAssertions implements Check {
    /** What may be shown of an answer: numbers and truth values. All else could be a row's content. */
    private static final Pattern HARMLESS = Pattern.compile("-?\\d{1,20}(\\.\\d{1,20})?|t|f|true|false");

    private static final String CANCELLED = "57014";

    private final Duration timeout;

    OwnersAssertions(@ConfigProperty(name = "lifeboat.checks.sql-timeout", defaultValue = "PT5M") Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public int order() {
        return 50;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) {
        if (material.assertions().isEmpty()) {
            return List.of(Outcome.inconclusive(
                    name(), "The checks that this run began with are not those that are declared, and are not known."));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (CheckSpec assertion : material.assertions().get()) {
            Outcome outcome = ask(sandbox, material, assertion);
            outcomes.add(Boolean.FALSE.equals(assertion.required()) ? outcome.advisory() : outcome);
        }
        return outcomes;
    }

    private Outcome ask(Sandbox sandbox, Material material, CheckSpec assertion) {
        String name = "sql/" + assertion.name();
        if (!material.databases().contains(assertion.database())) {
            return Outcome.notApplicable(name, "The backup does not hold database " + assertion.database() + ".");
        }
        try (Connection connection = sandbox.open(assertion.database());
                Statement statement = connection.createStatement()) {
            if (statements(assertion.sql()) != 1) {
                // The driver would run one after the other, and one may end the transaction that the next may not write
                // in.
                return Outcome.inconclusive(name, "A check is one statement, this one is not.");
            }
            connection.setReadOnly(true);
            statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
            statement.setMaxRows(2);
            statement.setEscapeProcessing(false);
            try (ResultSet rows = statement.executeQuery(assertion.sql())) {
                if (rows.getMetaData().getColumnCount() != 1) {
                    return Outcome.inconclusive(name, "The query gives more than one column.");
                }
                if (!rows.next()) {
                    return Outcome.failed(name, "The query gave no row.", shown(assertion.expect()), "no row");
                }
                String found = rows.getString(1);
                if (rows.next()) {
                    return Outcome.inconclusive(name, "The query gives more than one row.");
                }
                return assertion.expect().equals(found)
                        ? Outcome.passed(name, null)
                        : Outcome.failed(
                                name, "The query gave another value.", shown(assertion.expect()), shown(found));
            }
        } catch (SQLException e) {
            return Outcome.inconclusive(
                    name,
                    CANCELLED.equals(e.getSQLState())
                            ? "The query gave no answer within " + timeout + "."
                            : "The query could not be run: " + SqlTrouble.of(e));
        }
    }

    /** As the driver cuts the text. */
    private static int statements(String sql) throws SQLException {
        return Parser.parseJdbcSql(sql, true, false, true, false, false).size();
    }

    private static String shown(String value) {
        if (value == null) {
            return "null";
        }
        return HARMLESS.matcher(value).matches() ? value : "another text of " + value.length() + " characters";
    }
}
