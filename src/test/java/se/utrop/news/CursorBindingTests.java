package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import se.utrop.news.NewsList.Scope;

/** Clients keep cursors: what they are bound to stays the same, byte for byte, in every release. */
class CursorBindingTests {

    @Test
    void aListOfAllNewsIsBoundToNoCondition() {
        assertThat(binding(Scope.ALL, 0, null)).isEqualTo("news ALL 0 NEWEST_FIRST null null [] [] [] [] [] []");
        assertThat(binding(
                        Scope.TOPIC, 7, new NewsFilter(null, null, null, List.of(), null, null, List.of(), null, null)))
                .isEqualTo("news TOPIC 7 NEWEST_FIRST null null [] [] [] [] [] []");
    }

    @Test
    void eachConditionHasItsPart() {
        NewsFilter filter = new NewsFilter(
                new DateRange(LocalDate.of(2023, 5, 1), null),
                new TimeRange(null, Instant.parse("2023-06-01T12:00:00Z")),
                new TopicFilter(List.of("kultur", "a, b"), List.of("trafik"), List.of("budget")),
                List.of(NewsKind.SITUATION_REPORT),
                List.of(Urgency.BREAKING, Urgency.IMPORTANT),
                "lägesrapport",
                List.of(News.id(12), News.id(3), News.id(12)),
                false,
                null);
        assertThat(binding(Scope.SERIES, 3, filter))
                .isEqualTo("news SERIES 3 NEWEST_FIRST ids 3,12 2023-04-30T22:00:00Z 2023-06-01T12:00:00Z"
                        + " [4:a, b,6:kultur] [6:trafik] [6:budget] [SITUATION_REPORT] [IMPORTANT, BREAKING]"
                        + " [12:lägesrapport]");
    }

    @Test
    void allValuesAreNoConditionAndIdsOfNoNewsAreOne() {
        NewsFilter filter = new NewsFilter(
                null,
                null,
                null,
                List.of(NewsKind.values()),
                List.of(Urgency.values()),
                null,
                List.of("no id"),
                null,
                null);
        assertThat(binding(Scope.ALL, 0, filter))
                .isEqualTo("news ALL 0 NEWEST_FIRST ids 0 null null [] [] [] [] [] []");
    }

    private static String binding(Scope scope, long parent, @Nullable NewsFilter filter) {
        return new NewsList(scope, TestCriteria.of(filter), NewsOrder.NEWEST_FIRST).description(parent);
    }
}
