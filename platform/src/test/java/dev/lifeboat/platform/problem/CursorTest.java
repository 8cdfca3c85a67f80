package dev.lifeboat.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void comes_back_as_it_went() {
        Cursor cursor = Cursor.at("2026-11-21T12:00:00Z", "cruel é \"name\", with / and =", 7);

        assertThat(Cursor.decode(cursor.encoded(), 3)).contains(cursor);
        assertThat(cursor.encoded()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void is_not_there_on_the_first_page() {
        assertThat(Cursor.decode(null, 1)).isEmpty();
        assertThat(Cursor.decode("", 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!", "YQ", "%", "a b"})
    void one_that_was_never_given_is_refused(String encoded) {
        assertThatThrownBy(() -> Cursor.decode(encoded, 2)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.failure().code()).isEqualTo("page.cursor");
        });
    }

    @Test
    void an_id_and_a_moment_come_back_exactly() {
        UUID id = new UUID(3, 4);
        Instant at = Instant.parse("2026-11-21T12:00:00.123456Z");

        assertThat(Cursor.decodeId(Cursor.at(id).encoded())).contains(id);
        assertThat(Cursor.decodeMoment(Cursor.at(at, id).encoded())).contains(new Cursor.Moment(at, id));
        assertThat(Cursor.decodeId(null)).isEmpty();
        assertThat(Cursor.decodeMoment("")).isEmpty();
    }

    static List<Cursor> ofOtherLists() {
        UUID id = new UUID(3, 4);
        Instant at = Instant.parse("2026-11-21T12:00:00Z");
        return List.of(
                Cursor.at(id),
                Cursor.at("yesterday", id),
                Cursor.at(at, "me"),
                Cursor.at(id, at),
                Cursor.at("shop"),
                Cursor.at(at, id, 1));
    }

    @ParameterizedTest
    @MethodSource("ofOtherLists")
    void one_of_another_list_is_refused(Cursor other) {
        assertThatThrownBy(() -> Cursor.decodeMoment(other.encoded()))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.failure().code()).isEqualTo("page.cursor");
                });
    }

    @Test
    void an_id_that_is_none_is_refused() {
        assertThatThrownBy(() -> Cursor.decodeId(Cursor.at("shop").encoded()))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.failure().code()).isEqualTo("page.cursor"));
    }

    @Test
    void a_page_has_a_next_one_only_if_there_is_more() {
        assertThat(Page.of(List.of(1, 2, 3), 3, Cursor::at).next()).isNull();
        assertThat(Page.of(List.of(1, 2, 3, 4), 3, Cursor::at)).satisfies(page -> {
            assertThat(page.items()).containsExactly(1, 2, 3);
            assertThat(Cursor.decode(page.next(), 1)).contains(Cursor.at(3));
        });
        assertThat(Page.of(List.of(), 3, Cursor::at).items()).isEmpty();
    }
}
