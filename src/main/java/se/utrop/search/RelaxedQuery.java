package se.utrop.search;

import java.util.List;
import java.util.stream.Stream;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.AtLeast;
import se.utrop.search.Expression.Without;

/**
 * Query relaxation ("minimum should match"): two of three words are enough, three of four to seven, half of eight. Stop
 * words don't count. Excluded words stay excluded.
 *
 * @param expression with fewer of its words
 * @param adds whether it can match what the whole expression doesn't
 */
record RelaxedQuery(Expression expression, boolean adds) {

    /** Of more words the first count. */
    private static final int WORDS = 8;

    static RelaxedQuery of(Expression expression, Vocabulary vocabulary) {
        List<Expression> written = wanted(expression).toList();
        List<Expression> meant = written.stream()
                .filter(part -> part.terms().stream()
                        .anyMatch(term -> !vocabulary.tokens(term).isEmpty()))
                .limit(WORDS)
                .toList();
        AtLeast some = new AtLeast(enough(meant.size(), written.size()), meant);
        return new RelaxedQuery(
                new All(Stream.concat(Stream.of(some), unwanted(expression)).toList()), !some.isAll());
    }

    private static int enough(int meant, int written) {
        return switch (meant) {
            case 0, 1 -> meant;
            case 2 -> written > meant ? 1 : 2;
            case 3 -> 2;
            case 4, 5, 6, 7 -> 3;
            default -> meant / 2;
        };
    }

    private static Stream<Expression> wanted(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().flatMap(RelaxedQuery::wanted);
            case Without _ -> Stream.empty();
            default -> Stream.of(expression);
        };
    }

    private static Stream<Expression> unwanted(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().flatMap(RelaxedQuery::unwanted);
            case Without without -> Stream.of(without);
            default -> Stream.empty();
        };
    }
}
