package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** The statuses of the draft of GraphQL over HTTP, by its sections Status Codes and Partial success. */
@UtropTest
@TestPropertySource(properties = "utrop.answers.draft-statuses=true")
class DraftStatusesTests {

    private final WebTestClient client;

    DraftStatusesTests(WebTestClient client, Newsroom newsroom) {
        this.client = client;
        newsroom.clear();
        newsroom.article("a", Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"query":"{ __typename }"}                                                                   | 200 | 200
        {"query":"{ __typename rateLimit { limit } }"}                                               | 200 | 200
        {"query":"{ newsBySlug(slug: \\"a\\") { related(first: 0) { id } } }"}                            | 294 | 200
        {"query":"{ news(after: \\"x\\") { feedCursor } }"}                                          | 294 | 200
        {"query":"{"}                                                                                | 400 | 200
        {"query":"{ nothing }"}                                                                      | 422 | 200
        {"query":"query A { __typename } query B { __typename }"}                                    | 422 | 200
        {"query":"query($i: Int!) { __typename @skip(if: true) nodes(ids: []) { id } }"}             | 422 | 200
        {"query":1}                                                                                  | 422 | 400
        {"variables":{}}                                                                             | 422 | 400
        {                                                                                            | 400 | 400
        [1]                                                                                          | 400 | 400
        """)
    void failuresHaveTheStatusesOfTheDraft(String body, int inGraphQlType, int inJson) {
        assertThat(status(body, MediaType.APPLICATION_GRAPHQL_RESPONSE)).isEqualTo(inGraphQlType);
        assertThat(status(body, MediaType.APPLICATION_JSON)).isEqualTo(inJson);
    }

    private int status(String body, MediaType type) {
        return client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(type)
                .bodyValue(body)
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }
}
