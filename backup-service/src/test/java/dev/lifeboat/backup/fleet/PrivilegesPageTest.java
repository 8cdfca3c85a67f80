package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.fleet.Privilege.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page of privileges says what the code asks for. After a change of the table: {@code mvn -pl backup-service test
 * -Dtest=PrivilegesPageTest -Dlifeboat.write-docs=true}.
 */
class PrivilegesPageTest {
    private static final Path PAGE = Path.of("../docs/privileges.md");

    @Test
    void thePageSaysWhatTheConnectionTestAsks() throws IOException {
        String page = render();
        if (Boolean.getBoolean("lifeboat.write-docs")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String render() {
        StringBuilder page = new StringBuilder(
                """
                # What Lifeboat's role may do on your server

                Declaring a cluster tries its connection and asks the server these questions, for the methods that are
                declared. What is *needed* and missing refuses the declaration; what is *wanted* and missing is a warning
                in the answer. Either comes with the SQL below, filled in. Nothing is changed on the server by asking.

                This page is printed from the table that the connection test uses.

                """);
        for (String method : new String[] {"dump", "physical", "pgbackrest", "markers"}) {
            page.append("## ").append(method).append("\n\n");
            page.append("| code | without it, the role | PostgreSQL | weight | asked |\n|---|---|---|---|---|\n");
            for (Privilege row : Privilege.values()) {
                if (row.method().equals(method)) {
                    page.append("| `%s` | %s | %s | %s | %s |%n"
                            .formatted(
                                    row.code(),
                                    row.lack(),
                                    row.versions(),
                                    row.weight() == Weight.NEEDED ? "needed" : "wanted",
                                    row.where() == Privilege.Where.SERVER ? "once" : "for each database"));
                }
            }
            page.append("\nThe SQL, for a role `lifeboat` and a database `shop`:\n\n```sql\n");
            for (Privilege row : Privilege.values()) {
                if (row.method().equals(method)) {
                    page.append("-- %s, PostgreSQL: %s%n%s%n%n"
                            .formatted(row.code(), row.versions(), row.remedy("lifeboat", "shop")));
                }
            }
            page.setLength(page.length() - 1);
            page.append("```\n\n");
        }
        return page.append(
                        """
                        A superuser has all of it, and needs none of it: prefer a role of its own with these grants.
                        On managed services the roles' passwords are read by nobody; a dump is complete there but for
                        those.
                        """)
                .toString();
    }
}
