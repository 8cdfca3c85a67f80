package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.fleet.CheckSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The owner's own SQL: one value each, read-only, compared as text. */
@ApplicationScoped
class OwnersAssertions implements Check {
    /** What may be shown of an answer: numbers and truth values. All else could be a row's content. */
    private static final Pattern HARMLESS = Pattern.compile("-?\\d{1,20}(\\.\\d{1,20})?|t|f|true|false");

    private static final int TIMEOUT_SECONDS = 300;

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
        List<Outcome> outcomes = new ArrayList<>();
        for (CheckSpec assertion : material.assertions()) {
            Outcome outcome = ask(sandbox, material, assertion);
            outcomes.add(Boolean.FALSE.equals(assertion.required()) ? outcome.advisory() : outcome);
        }
        return outcomes;
    }

    private static Outcome ask(Sandbox sandbox, Material material, CheckSpec assertion) {
        String name = "sql/" + assertion.name();
        if (!material.databases().contains(assertion.database())) {
            return Outcome.notApplicable(name, "The backup does not hold database " + assertion.database() + ".");
        }
        try (Connection connection = sandbox.open(assertion.database());
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            statement.setQueryTimeout(TIMEOUT_SECONDS);
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
                    name, "The query could not be run: SQLSTATE " + e.getSQLState() + ", " + firstLine(e));
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
    }

    private static String shown(String value) {
        if (value == null) {
            return "null";
        }
        return HARMLESS.matcher(value).matches() ? value : "another text of " + value.length() + " characters";
    }
}
