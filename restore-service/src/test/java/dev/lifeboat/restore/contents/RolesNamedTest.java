package dev.lifeboat.restore.contents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolesNamedTest {
    private static final List<Entry> ENTRIES = List.of(
            entry("TABLE", "owner", "CREATE TABLE t (\"to\" text);"),
            entry(
                    "ACL",
                    "grantor",
                    "REVOKE ALL ON TABLE public.\"GRANT x TO y\" FROM PUBLIC;\nGRANT SELECT ON TABLE public.t TO reader,"
                            + " \"o'brien \"\"x\"\"\" WITH GRANT OPTION;\nSET SESSION AUTHORIZATION \"a b\";\n"
                            + "GRANT SELECT(id) ON TABLE public.t TO last;\nRESET SESSION AUTHORIZATION;\n"),
            entry(
                    "DEFAULT ACL",
                    "maker",
                    "ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA app GRANT SELECT ON TABLES TO taker;"),
            entry(
                    "POLICY",
                    "owner",
                    "CREATE POLICY p ON public.t FOR SELECT TO clerk, boss USING ((x > interval '1' day to second));"));

    @Test
    void eachRoleThatWouldBeMissedIsFound() {
        RolesNamed named = RolesNamed.by(ENTRIES, false);

        assertThat(named.owners()).isEqualTo(Set.of("owner"));
        assertThat(named.others())
                .containsExactlyInAnyOrder("reader", "o'brien \"x\"", "a b", "last", "maker", "taker", "clerk", "boss");
    }

    @Test
    void policiesNameTheirRolesAlsoWithoutOwners() {
        RolesNamed named = RolesNamed.by(ENTRIES, true);

        assertThat(named.owners()).isEmpty();
        assertThat(named.others()).containsExactly("boss", "clerk");
    }

    private static Entry entry(String kind, String owner, String sql) {
        return new Entry(1, kind, "public", "n", owner, null, sql, Set.of());
    }
}
