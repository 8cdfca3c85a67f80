package dev.lifeboat.restore.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.restore.contents.Entry;
import dev.lifeboat.restore.contents.Selection;
import dev.lifeboat.restore.contents.Selection.Relation;
import dev.lifeboat.restore.deliver.TargetPreflight.Item;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryDecisionsTest {
    private static final List<Entry> ARCHIVE = List.of(
            new Entry(1, "EXTENSION", null, "citext", null, null, "", Set.of()),
            new Entry(2, "TABLE", "public", "t", "owner", "fast", "", Set.of()),
            new Entry(
                    3,
                    "ACL",
                    "public",
                    "TABLE t",
                    "owner",
                    null,
                    "GRANT SELECT ON TABLE public.t TO reader;",
                    Set.of(2)));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "free, 15, false, true,  true,  owner reader, owner,  citext, false, -",
                "free, 16, false, false, true,  owner reader, owner,  citext, false, -",
                "free, 15, true,  true,  true,  owner reader, owner,  citext, false, restore.target-in-recovery",
                "free, 14, false, true,  true,  owner reader, owner,  citext, false, restore.target-older",
                "free, 15, false, false, false, owner reader, owner,  citext, false, restore.grant-missing.createdb",
                "shop, 15, false, true,  true,  owner reader, owner,  citext, false, restore.database-exists",
                "free, 15, false, true,  true,  owner,        owner,  citext, false, restore.roles-missing",
                "free, 15, false, true,  true,  reader,       reader, citext, false, restore.roles-missing",
                "free, 15, false, false, true,  owner reader, me,     citext, false, restore.roles-not-givable",
                "free, 15, false, false, true,  me,           me,     citext, true,  -",
                "free, 15, false, true,  true,  owner reader, owner,  hstore, false, restore.extensions-missing"
            })
    void whatStandsInTheWayIsToldBefore(
            String as,
            int major,
            boolean standby,
            boolean superuser,
            boolean createsDatabases,
            String roles,
            String givable,
            String extension,
            boolean noOwner,
            String refused) {
        TargetFacts facts = new TargetFacts(
                "me",
                major,
                major + ".1",
                standby,
                superuser,
                createsDatabases,
                Set.of("shop"),
                Set.of(roles.split(" ", -1)),
                Set.of(givable),
                Set.of("pg_default"),
                Map.of(extension, Set.of("1.6")));

        assertThat(TargetPreflight.refuse(List.of(new Item("shop", as, Selection.all(ARCHIVE))), noOwner, 15, facts)
                        .map(Failure::code)
                        .orElse(null))
                .isEqualTo(refused);
        assertThat(TargetPreflight.missingTablespaces(List.of(new Item("shop", as, Selection.all(ARCHIVE))), facts))
                .containsExactly("fast");
    }

    @Test
    void rowsAreComparedWithThoseThatTheBackupNoted() {
        Map<Relation, Long> counted = new LinkedHashMap<>();
        counted.put(new Relation("a", "same"), 3L);
        counted.put(new Relation("a", "fewer"), 2L);
        counted.put(new Relation("a", "hidden"), null);
        counted.put(new Relation("a", "unknown"), 1L);
        counted.put(new Relation("a", "excluded"), 1L);
        RowCounts counts = RowCounts.compare(
                counted,
                new DatabaseFingerprint(
                        "shop",
                        List.of(
                                new TableFingerprint("a", "same", 3L, null, null),
                                new TableFingerprint("a", "fewer", 3L, null, null),
                                new TableFingerprint("a", "hidden", 3L, null, null),
                                new TableFingerprint("a", "excluded", 9L, null, "unlogged")),
                        List.of(),
                        null));

        assertThat(counts.tables()).isEqualTo(5);
        assertThat(counts.rows()).isEqualTo(7);
        assertThat(counts.compared()).isEqualTo(2);
        assertThat(counts.differing()).containsExactly("a.fewer: 2 rows, the backup noted 3");
        assertThat(counts.notCounted()).containsExactly("a.hidden");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'into':{'cluster':'c'}}                                                                  |",
                "{'into':{'cluster':'c','user':'u','password':{'file':'f'}}}                               |",
                "{'into':{'cluster':'c','password':{'file':'f'}}}                                          | /into/user",
                "{'into':{}}                                                                               | /into",
                "{'into':{'cluster':'c','connection':{'host':'h','port':1,'user':'u'}}}                    | /into",
                "{'into':{'connection':{'host':'h','port':0,'user':'u'}}}                     | /into/connection/port",
                "{'into':{'connection':{'host':'h','port':1,'user':'u','password':'x'}}}      | /into/connection/password",
                "{'into':{'connection':{'host':'h','port':1,'user':'u','password':{'file':'../x'}}}} | /into/connection/password",
                "{'into':{'connection':{'host':'h','port':1,'user':'u','sslMode':'on'}}}      | /into/connection/sslMode",
                "{'into':{'cluster':'c'},'databases':[]}                                                   | /databases",
                "{'into':{'cluster':'c'},'databases':[{'name':''}]}                                        | /databases/0/name",
                "{'into':{'cluster':'c'},'databases':[{'name':'a','as':'b'},{'name':'c','as':'b'}]}        | /databases/1/as",
                "{'into':{'cluster':'c'},'databases':[{'name':'a','as':'lifeboat_restore_1'}]}             | /databases/0/as",
                "{'into':{'cluster':'c'},'databases':[{'name':'a','tables':['public.t']}]}                 | /databases/0/tables/0",
                "{'into':{'cluster':'c'},'noOwner':'yes'}                                                  | /noOwner"
            })
    void mistakesAreToldWhereTheyAre(String body, String pointer) throws Exception {
        List<Violation> violations = new ArrayList<>();
        Delivery read = DeliveryReader.read(new ObjectMapper().readTree(body.replace('\'', '"')), violations);

        assertThat(violations.stream().map(Violation::pointer).toList())
                .isEqualTo(pointer == null ? List.of() : List.of(pointer));
        assertThat(read == null).isEqualTo(pointer != null);
    }

    @Test
    void namesUntilCompletionFitAndSayWhose() {
        UUID restore = UUID.fromString("0193a1b2-0000-7000-8000-000000000001");

        assertThat(OwnDatabases.of(restore, 9_999_999L, 99))
                .startsWith(OwnDatabases.prefix(restore))
                .hasSizeLessThanOrEqualTo(63);
    }
}
