package se.utrop.syndication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import se.utrop.graphql.Problem;

class FeedParametersTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        topics=b,a                                | topics=a,b
        topics=b&topics=a&topics=b                | topics=a,b
        topics=a,,b,&kinds=&q=                    | topics=a,b
        urgencies=breaking&kinds=ARTICLE          | kinds=ARTICLE&urgencies=BREAKING
        to=2022-12-31&from=2022-07-01             | from=2022-07-01&to=2022-12-31
        limit=20                                  | ''
        limit=7&notTopics=c&allTopics=b&topics=a  | topics=a&allTopics=b&notTopics=c&limit=7
        series=lagesrapport&q=a  b&after=_x-      | series=lagesrapport&q=a%20b&after=_x-
        q=%C3%A5%26b                              | q=%C3%A5%26b
        """)
    void equalRequestsHaveOneAddress(String query, String canonical) {
        assertThat(request(query).query()).isEqualTo(canonical);
        assertThat(request(canonical)).isEqualTo(request(query));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        topic=a                        | topic: there is no such parameter; the parameters are topics, allTopics
        topics=Kollektivtrafik         | topics=Kollektivtrafik: it must be a slug
        kinds=article,news             | kinds=news: it must be ARTICLE or SITUATION_REPORT
        urgencies=5                    | urgencies=5: it must be ROUTINE or IMPORTANT or BREAKING
        series=a&series=b              | series: give one value
        series=a,b                     | series=a,b: it must be a slug
        from=2022-13-01                | from=2022-13-01: it must be a day
        to=13 december                 | to=13 december: it must be a day
        from=2022-02-02&to=2022-02-01  | from, to: from must not be after to
        limit=0                        | limit=0: it must be a number from 1 to 100
        limit=101                      | limit=101: it must be a number from 1 to 100
        limit=many                     | limit=many: it must be a number from 1 to 100
        after=a&before=b               | after, before: give one of them
        q=a&before=b                   | before, q: a search has no pages backwards
        """)
    void aBadParameterIsNamed(String query, String fault) {
        assertThatThrownBy(() -> request(query)).isInstanceOf(Problem.class).hasMessageStartingWith(fault);
    }

    @Test
    void eachBadParameterIsNamed() {
        assertThatThrownBy(() -> request("limit=x&kinds=y&z=1"))
                .hasMessageContaining("z: there is no such parameter")
                .hasMessageContaining("\nkinds=y: it must be")
                .hasMessageContaining("\nlimit=x: it must be");
    }

    @Test
    void aListIsBounded() {
        StringBuilder topics = new StringBuilder("topics=a");
        for (int i = 0; i < 100; i++) {
            topics.append(",t").append(i);
        }
        assertThatThrownBy(() -> request(topics.toString())).hasMessage("topics: at most 100 values");
    }

    @ParameterizedTest
    @CsvSource({"'', true", "topics=a, true", "series=a, true", "'topics=a,b', false", "q=a, false", "limit=5, false"})
    void theHubIsToldOfFeedsOfOneListAlone(String query, boolean pushed) {
        assertThat(request(query).isPushed()).isEqualTo(pushed);
    }

    private static FeedRequest request(String query) {
        return FeedRequest.of(
                MockServerHttpRequest.method(HttpMethod.GET, URI.create("/?" + query.replace(" ", "%20")))
                        .build()
                        .getQueryParams(),
                FeedRequest.HIGHEST_LIMIT);
    }
}
