package se.utrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** The database has the same rules for characters as the service. */
@UtropTest
class CharactersInDatabaseTests {

    private static final int BLOCK = 10_000;

    private final Newsroom newsroom;

    CharactersInDatabaseTests(Newsroom newsroom) {
        this.newsroom = newsroom;
    }

    record Rule(String inDatabase, Predicate<String> here) {

        @Override
        public String toString() {
            return inDatabase;
        }
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "without_invisible(chr(c)) = ''",
                        text -> Characters.withoutInvisible(text).isEmpty()),
                new Rule("shows_something(chr(c))", Characters::showsSomething),
                new Rule("is_misleading(chr(c))", Characters::isMisleading),
                new Rule("is_misleading('a' || chr(c) || 'b')", text -> Characters.isMisleading("a" + text + "b")),
                new Rule("is_misleading('a ' || chr(c))", text -> Characters.isMisleading("a " + text)),
                new Rule("is_misleading(chr(c) || U&'\\0301')", text -> Characters.isMisleading(text + "\u0301")));
    }

    /** Of what is assigned in the Unicode version of this Java, but surrogates and NUL, which the database can't hold. */
    @ParameterizedTest
    @MethodSource("rules")
    void bothAgreeOnEveryCharacter(Rule rule) {
        for (int first = 1; first <= Character.MAX_CODE_POINT; first += BLOCK) {
            List<Integer> assigned = IntStream.range(first, Math.min(first + BLOCK, Character.MAX_CODE_POINT + 1))
                    .filter(CharactersInDatabaseTests::isAssigned)
                    .boxed()
                    .toList();
            assertThat(inDatabase(rule, assigned))
                    .isEqualTo(assigned.stream()
                            .filter(character -> rule.here.test(Character.toString(character)))
                            .toList());
        }
    }

    private List<Integer> inDatabase(Rule rule, List<Integer> assigned) {
        return assigned.isEmpty()
                ? List.of()
                : newsroom.ask(
                        "select c from generate_series(%d, %d) c where c = any('{%s}') and %s order by c"
                                .formatted(
                                        assigned.getFirst(),
                                        assigned.getLast(),
                                        assigned.toString().replaceAll("[\\[\\] ]", ""),
                                        rule.inDatabase),
                        Integer.class);
    }

    private static boolean isAssigned(int character) {
        int type = Character.getType(character);
        return type != Character.UNASSIGNED && type != Character.SURROGATE;
    }
}
