package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SqlTextTest {

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("", 0),
                Arguments.of(" ; ; ", 0),
                Arguments.of("-- select 1", 0),
                Arguments.of("/* select 1; */", 0),
                Arguments.of("select 1", 1),
                Arguments.of("select 1;", 1),
                Arguments.of("select 1; -- done; really", 1),
                Arguments.of("select ';'", 1),
                Arguments.of("select 'it''s; fine'", 1),
                Arguments.of("select E'it\\'s; fine'", 1),
                Arguments.of("select \"a;b\" from t", 1),
                Arguments.of("select $$a;b$$", 1),
                Arguments.of("select $q$a;$$;b$q$", 1),
                Arguments.of("select 1 /* ; */ + 2", 1),
                Arguments.of("select 1; select 2", 2),
                Arguments.of("select ''; drop table t", 2),
                Arguments.of("select '\\'; drop table t; --'", 2),
                Arguments.of("select $1; delete from t", 2),
                Arguments.of("commit; begin; select 1;", 3));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void statementsAreCounted(String sql, int statements) {
        assertThat(SqlText.statements(sql)).isEqualTo(statements);
    }
}
