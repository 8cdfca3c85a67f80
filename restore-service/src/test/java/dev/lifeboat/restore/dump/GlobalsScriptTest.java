package dev.lifeboat.restore.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobalsScriptTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    CREATE TABLESPACE fast OWNER postgres LOCATION '/srv/ts';         | CREATE TABLESPACE fast OWNER postgres LOCATION '/sandbox/0';
                    CREATE TABLESPACE "LOCATION 'x'" OWNER o LOCATION '/srv/it''s';   | CREATE TABLESPACE "LOCATION 'x'" OWNER o LOCATION '/sandbox/0';
                    CREATE TABLESPACE w OWNER o LOCATION E'c:\\\\pg\\'ts';            | CREATE TABLESPACE w OWNER o LOCATION '/sandbox/0';
                    create  tablespace a owner b location '';                         | create  tablespace a owner b location '/sandbox/0';
                    COMMENT ON TABLESPACE fast IS 'CREATE TABLESPACE x LOCATION ';    | COMMENT ON TABLESPACE fast IS 'CREATE TABLESPACE x LOCATION ';
                    ALTER ROLE "a;b" SET "app.x" TO 'CREATE TABLESPACE'; SELECT 'y';  | ALTER ROLE "a;b" SET "app.x" TO 'CREATE TABLESPACE'; SELECT 'y';
                    -- CREATE TABLESPACE x OWNER y LOCATION '/z'                      | -- CREATE TABLESPACE x OWNER y LOCATION '/z'
                    """)
    void onlyTheLocationOfATablespaceIsRewritten(String original, String expected) {
        GlobalsScript script = GlobalsScript.rewrite(original, index -> "/sandbox/" + index);

        assertThat(script.sql()).isEqualTo("\\set VERBOSITY verbose\n" + expected);
    }

    @Test
    void psqlsOwnLinesStayAndEachTablespaceGetsAFolder() {
        String original =
                """
                \\restrict CaqJ6Zhv9LnaR5ZJlFP3nGSRRe7ynvPn1nhfkFpzUH3bOtH2rpiR08b6JS2tyZO

                CREATE ROLE "o'brien ""x""\";
                CREATE TABLESPACE a OWNER postgres LOCATION '/srv/a';
                CREATE TABLESPACE b OWNER postgres LOCATION '/srv/b';

                \\unrestrict CaqJ6Zhv9LnaR5ZJlFP3nGSRRe7ynvPn1nhfkFpzUH3bOtH2rpiR08b6JS2tyZO
                """;

        GlobalsScript script = GlobalsScript.rewrite(original, index -> "/sandbox/ts" + index);

        assertThat(script.tablespaces()).isEqualTo(2);
        assertThat(script.sql())
                .isEqualTo("\\set VERBOSITY verbose\n"
                        + original.replace("/srv/a", "/sandbox/ts0").replace("/srv/b", "/sandbox/ts1"));
    }
}
