package dev.lifeboat.platform.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # path                          | roles               | decision
            /api/v1/clusters                |                     | UNAUTHENTICATED
            /api/v1/clusters                | viewer              | ALLOWED
            /api/v1/clusters                | operator            | ALLOWED
            /api/v1/clusters                | approver            | ALLOWED
            /api/v1/clusters                | auditor             | ALLOWED
            /api/v1/clusters                | service             | ALLOWED
            /api/v1/clusters                | cook                | FORBIDDEN
            /internal/v1/backups/1/pins/2   |                     | UNAUTHENTICATED
            /internal/v1/backups/1/pins/2   | service             | ALLOWED
            /internal/v1/backups/1/pins/2   | viewer              | FORBIDDEN
            /internal/v1/backups/1/pins/2   | operator,approver   | FORBIDDEN
            /internal                       | operator            | FORBIDDEN
            /internals                      | service             | FORBIDDEN
            /apis                           | operator            | FORBIDDEN
            /                               | operator            | FORBIDDEN
            /else                           | service             | FORBIDDEN
            /api/../internal/v1/x           | operator            | FORBIDDEN
            /api/./v1                       | operator            | FORBIDDEN
            //internal/v1                   | service             | FORBIDDEN
            /api//v1                        | operator            | FORBIDDEN
            /api;x=1/v1                     | operator            | FORBIDDEN
            /api/v1/clusters/               | operator            | ALLOWED
            /api/v1/clusters/a.b            | operator            | ALLOWED
            /api/v1/clusters/..b            | operator            | ALLOWED
            """)
    void decides_by_path_and_roles(String path, String roles, AccessRules.Decision expected) {
        Set<String> held =
                roles == null ? Set.of() : Arrays.stream(roles.split(",")).collect(Collectors.toSet());

        AccessRules.Decision decision = AccessRules.decide(path, roles == null, held);

        assertThat(decision).isEqualTo(expected);
    }
}
