package dev.lifeboat.restore.contents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.contents.Selection.Relation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final List<Entry> ARCHIVE = List.of(
            entry(1, "SCHEMA", null, "app"),
            entry(2, "EXTENSION", null, "citext"),
            entry(3, "TYPE", "app", "mood", 1),
            entry(4, "FUNCTION", "public", "stamp()"),
            entry(10, "TABLE", "app", "a", 1, 3, 2),
            entry(11, "SEQUENCE", "app", "a_id_seq", 10, 1),
            entry(12, "SEQUENCE OWNED BY", "app", "a_id_seq", 11),
            entry(13, "DEFAULT", "app", "a id", 11, 10),
            entry(20, "TABLE", "public", "b"),
            entry(30, "TABLE", "public", "parts"),
            entry(31, "TABLE", "app", "p1", 1, 30),
            entry(32, "TABLE ATTACH", "app", "p1", 31, 30),
            entry(40, "VIEW", "app", "v", 20, 1),
            entry(41, "SEQUENCE", "app", "free", 1),
            entry(50, "TABLE DATA", "app", "a", 10),
            entry(51, "TABLE DATA", "public", "b", 20),
            entry(52, "TABLE DATA", "app", "p1", 31),
            entry(53, "SEQUENCE SET", "app", "a_id_seq", 11),
            entry(60, "CONSTRAINT", "app", "a a_pkey", 10),
            entry(61, "INDEX", "app", "a_v", 10),
            entry(62, "FK CONSTRAINT", "app", "a a_b_fkey", 10, 20),
            entry(33, "CONSTRAINT", "public", "parts parts_pkey", 30),
            entry(34, "CONSTRAINT", "app", "p1 p1_pkey", 31, 33),
            entry(35, "INDEX ATTACH", "app", "p1_pkey", 34, 33, 31, 30),
            entry(68, "FK CONSTRAINT", "public", "b b_a_fkey", 20, 10),
            entry(63, "TRIGGER", "app", "a t", 10, 4),
            entry(64, "COMMENT", "app", "TABLE a", 10),
            entry(65, "ACL", null, "SCHEMA app", 1),
            entry(66, "ACL", null, "DATABASE shop", 0),
            entry(67, "DATABASE PROPERTIES", null, "shop"));

    @Test
    void aTableComesWithAllThatBelongsToItAndAllThatItNeeds() {
        Selection selection = Selection.of(ARCHIVE, List.of(), List.of(new Relation("app", "a")));

        assertThat(ids(selection)).containsExactly(1, 2, 3, 4, 10, 11, 12, 13, 50, 53, 60, 61, 63, 64, 65);
        assertThat(selection.leftOut()).singleElement().asString().contains("a a_b_fkey", "TABLE public.b");
        assertThat(selection.rows()).containsExactly(new Relation("app", "a"));
        assertThat(selection.missing()).isEmpty();
    }

    @Test
    void whatRefersToBothComesWhenBothCome() {
        Selection selection =
                Selection.of(ARCHIVE, List.of(), List.of(new Relation("app", "a"), new Relation("public", "b")));

        assertThat(ids(selection)).contains(62, 51, 68);
        assertThat(selection.leftOut()).isEmpty();
    }

    @Test
    void aPartitionedTableComesWithItsPartitionsAndAPartitionWithoutItsTable() {
        assertThat(ids(Selection.of(ARCHIVE, List.of(), List.of(new Relation("public", "parts")))))
                .containsExactlyInAnyOrder(1, 30, 31, 32, 33, 34, 35, 52, 65);

        Selection partition = Selection.of(ARCHIVE, List.of(), List.of(new Relation("app", "p1")));
        assertThat(ids(partition)).containsExactly(1, 31, 52, 34, 65);
        assertThat(partition.leftOut()).hasSize(2).allMatch(what -> what.contains(" ATTACH app.p1"));
    }

    @Test
    void aSchemaComesWithTheTablesBelowItsViewsAndTheirRows() {
        Selection selection = Selection.of(ARCHIVE, List.of("app"), List.of());

        assertThat(ids(selection)).contains(1, 10, 31, 40, 41, 20, 51, 62).doesNotContain(30, 32, 66, 67);
    }

    @Test
    void namesAreExact() {
        assertThat(Selection.of(ARCHIVE, List.of("App", "ap%"), List.of(new Relation("app", "A")))
                        .missing())
                .containsExactly("schema App", "schema ap%", "table app.A");
    }

    @Test
    void theDatabaseItselfNeverComes() {
        assertThat(ids(Selection.all(ARCHIVE))).hasSize(ARCHIVE.size() - 2).doesNotContain(66, 67);
    }

    private static List<Integer> ids(Selection selection) {
        return selection.chosen().stream().map(Entry::id).toList();
    }

    private static Entry entry(int id, String kind, String schema, String name, Integer... needs) {
        Set<Integer> all = Stream.of(needs).collect(Collectors.toCollection(LinkedHashSet::new));
        return new Entry(id, kind, schema, name, "postgres", null, "", all);
    }
}
