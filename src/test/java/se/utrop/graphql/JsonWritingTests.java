package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.GraphQL;
import graphql.execution.AsyncExecutionStrategy;
import graphql.schema.GraphQLSchema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.graphql.execution.DefaultExecutionGraphQlService;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.support.DefaultExecutionGraphQlRequest;
import reactor.core.publisher.Mono;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.cost.BudgetReservation;
import se.utrop.server.RandomRequest;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written at once is what graphql-java would have made of it field by field. */
@UtropTest
class JsonWritingTests {

    private static final int DOCUMENTS = Integer.getInteger("utrop.differential.documents", 1_000);

    private final ExecutionGraphQlService service;

    private final ExecutionGraphQlService fieldByField;

    private final GraphQlSource source;

    private final Newsroom newsroom;

    private final JsonMapper json;

    JsonWritingTests(
            ExecutionGraphQlService service,
            GraphQlSource source,
            BatchLoaderRegistry loaders,
            Errors errors,
            Newsroom newsroom,
            JsonMapper json) {
        this.service = service;
        this.source = source;
        this.fieldByField = fieldByField(source, loaders, errors);
        this.newsroom = newsroom;
        this.json = json;
    }

    private static ExecutionGraphQlService fieldByField(
            GraphQlSource source, BatchLoaderRegistry loaders, Errors errors) {
        AsyncExecutionStrategy usual =
                new AsyncExecutionStrategy(DataFetcherExceptionResolver.createExceptionHandler(List.of(errors)));
        GraphQL graphQl = source.graphQl().transform(builder -> builder.queryExecutionStrategy(usual));
        DefaultExecutionGraphQlService service = new DefaultExecutionGraphQlService(new GraphQlSource() {
            @Override
            public GraphQL graphQl() {
                return graphQl;
            }

            @Override
            public GraphQLSchema schema() {
                return source.schema();
            }
        });
        service.addDataLoaderRegistrar(loaders);
        return service;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        newsroom.topic("kultur", "Kultur & \"konst\"");
        newsroom.series("lagesrapport", "Lägesrapport");
        Instant start = Instant.parse("2023-01-01T12:00:00.123456Z");
        for (int i = 0; i < 8; i++) {
            newsroom.news(
                    "n" + i,
                    start.plusSeconds(86_400L * i),
                    i % 2 == 0 ? "SITUATION_REPORT" : "ARTICLE",
                    "ROUTINE",
                    i % 2 == 0 ? "lagesrapport" : null,
                    i % 3 == 0 ? new String[] {} : new String[] {"kultur", "kollektivtrafik"});
        }
        newsroom.run("update news set body = E'Rad ett\\n"
                + "\\n"
                + "*två* \\\\ \"tre\" <b>😀', url = 'https://example.org/å?a=b', image_url ="
                + " 'https://example.org/b.jpg', image_alt_text = '', image_width = 10 where slug = 'n2'");
        newsroom.run("insert into figure (news_id, position, name, label, value, change)"
                + " select id, 1, 'patients-in-care', 'Vårdas', 522, -97.5 from news where slug = 'n2'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ news { nodes { id slug title summary body bodyHtml url kind urgency publishedAt"
                    + " publishedAtPrecision updatedAt image { url altText width height credit } topics { id slug name"
                    + " description } series { name } figures { name label value unit change } } } }",
                "{ all: news(first: 3) { edges { cursor node { __typename a: title b: title topics { __typename n:"
                        + " name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }",
                "{ news(first: 2) { nodes { ...A ... on News { topics { slug } } ... on Node { id } ...B } } }"
                        + " fragment A on News { title topics { name } } fragment B on Topic { name }",
                "{ news(first: 2) { nodes { title } nodes { slug } } }",
                "query ($yes: Boolean = true) { news { nodes { title @include(if: $yes) slug @skip(if: $yes) } } }",
                "{ node(id: \"x\") { id } newsBySlug(slug: \"n2\") { title previousInSeries { title topics { name } }"
                        + " } }",
                "{ newsBySlug(slug: \"none\") { title } topicBySlug(slug: \"kultur\") { name newsCount description } }",
                "{ topics { name newsCount news(first: 1) { nodes { title } } } }",
                "{ series { name latest { title series { name } } figures(name: \"patients-in-care\") { value news {"
                        + " slug } } } }",
                "{ archive { year month count topics { count topic { name } } } }",
                "{ news { nodes { revisions { nodes { number title } } related { title } } } }",
                "{ news(first: 0) { nodes { title } } }",
                "{ news(after: \"no\") { nodes { title } } topics { name } }"
            })
    void answersAreTheSame(String document) {
        String answer = answer(service, document);
        assertThat(answer).isEqualTo(answer(fieldByField, document)).startsWith("{");
        assertThat(answer(service, document)).isEqualTo(answer);
    }

    /** Without budgets, which HTTP requests have. {@code -Dutrop.differential.documents=20000} for the long form. */
    @Test
    void answersToRandomQueriesAreTheSame() {
        GraphQLSchema schema = source.schema();
        List<String> cursors = List.of(json.valueToTree(
                        service.execute(request("{ news(first: 1) { pageInfo { endCursor } } }", null, Map.of()))
                                .map(ExecutionGraphQlResponse::toMap)
                                .block())
                .at("/data/news/pageInfo/endCursor")
                .asString());
        int compared = 0;
        int withData = 0;
        for (int seed = 0; compared < DOCUMENTS; seed++) {
            RandomRequest random = new RandomRequest(schema, cursors, seed);
            RequestBody body = readable(random.body());
            if (body == null
                    || random.isSubscription()
                    || body.query().startsWith("mutation")
                    || body.query().contains(BudgetReservation.FIELD)) {
                continue;
            }
            String answer = answer(service, body);
            assertThat(errorsSorted(answer))
                    .as("seed %d: %s", seed, body)
                    .isEqualTo(errorsSorted(answer(fieldByField, body)));
            compared++;
            withData += answer.startsWith("{\"data\":{") ? 1 : 0;
        }
        assertThat(withData).isGreaterThan(DOCUMENTS / 10);
    }

    /** Fields are executed at once: the order of their errors is that in which they fail. */
    private String errorsSorted(String answer) {
        JsonNode root = json.readTree(answer);
        String errors = root.path("errors")
                .valueStream()
                .map(JsonNode::toString)
                .sorted()
                .collect(Collectors.joining());
        return root.path("data") + errors + root.path("extensions");
    }

    private @Nullable RequestBody readable(Map<String, @Nullable Object> random) {
        try {
            return RequestBody.of(json.convertValue(random, new TypeReference<>() {}));
        } catch (Problem e) {
            return null;
        }
    }

    private String answer(ExecutionGraphQlService one, RequestBody body) {
        return answer(one, request(body.query(), body.operationName(), body.variables()));
    }

    private static DefaultExecutionGraphQlRequest request(
            String document, @Nullable String operationName, Map<String, @Nullable Object> variables) {
        return new DefaultExecutionGraphQlRequest(document, operationName, variables, Map.of(), "1", Locale.ROOT);
    }

    @Test
    void whatIsNotAsTheSchemaHasItIsToldAsEver() {
        newsroom.run("alter domain web_address drop constraint web_address_check");
        try {
            newsroom.run("update news set url = 'ftp://nowhere' where slug = 'n3'");
            String document = "{ newsBySlug(slug: \"n3\") { title url } }";
            assertThat(answer(service, document))
                    .contains("serialize", "\"url\":null", "Titel n3")
                    .isEqualTo(answer(fieldByField, document));
        } finally {
            newsroom.run("update news set url = null where slug = 'n3'");
            newsroom.run("alter domain web_address add constraint web_address_check"
                    + " check (value ~ '^https?://[^[:space:]]+$' and length(value) <= 2000)");
        }
    }

    private String answer(ExecutionGraphQlService service, String document) {
        return answer(service, request(document, null, Map.of()));
    }

    private String answer(ExecutionGraphQlService service, DefaultExecutionGraphQlRequest request) {
        Map<String, Object> answer = service.execute(request)
                .map(ExecutionGraphQlResponse::toMap)
                .onErrorResume(
                        Problem.class, problem -> Mono.just(Map.of("refused", String.valueOf(problem.getMessage()))))
                .blockOptional()
                .orElseThrow();
        String text = json.writeValueAsString(answer);
        assertThat(json.writeValueAsBytes(answer))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(text);
        return text;
    }
}
