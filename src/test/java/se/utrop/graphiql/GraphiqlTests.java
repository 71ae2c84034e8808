package se.utrop.graphiql;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import graphql.validation.Validator;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import se.utrop.Visit;

@UtropTest
class GraphiqlTests {

    private static final Pattern ASSET = Pattern.compile("graphiql/assets/[^\"]+");

    private final WebTestClient client;

    private final GraphQLSchema schema;

    private final String origin;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    GraphiqlTests(
            WebTestClient client,
            GraphQlSource source,
            Newsroom newsroom,
            MeterRegistry meters,
            @LocalServerPort int port) {
        this.newsroom = newsroom;
        this.meters = meters;
        this.client = client.mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(-1))
                .build();
        this.schema = source.schema();
        this.origin = "http://localhost:" + port;
    }

    @Test
    void answersAQueryTypedIntoTheEditor() {
        visit(page -> {
            write(page, "{ __typename }", "<untitled>");
            page.keyboard().press("Control+Enter");
            assertThat(page.getByLabel("Result Window")).containsText("\"__typename\": \"Query\"");
        });
    }

    @Test
    void sendsVariablesAndHeaders() {
        visit(page -> {
            write(page, "query Maybe($yes: Boolean!) { __typename @include(if: $yes) }", "Maybe");
            page.getByText("Variables").click();
            editor(page, "Variables").click();
            page.keyboard().insertText("{\"yes\": true}");
            page.getByText("Headers").click();
            editor(page, "Headers").click();
            page.keyboard().insertText("{\"X-Reader\": \"one\"}");
            Request request =
                    page.waitForRequest("**/graphql", () -> page.keyboard().press("Control+Enter"));
            assertThat(request.headerValue("X-Reader")).isEqualTo("one");
            assertThat(page.getByLabel("Result Window")).containsText("\"__typename\": \"Query\"");
        });
    }

    @Test
    void followsTheFeed() {
        newsroom.clear();
        visit(page -> {
            write(page, "subscription Follow { newsFeed { ... on NewsPublished { news { title } } } }", "Follow");
            page.keyboard().press("Control+Enter");
            assertThat(page.getByLabel("Stop query")).isVisible();
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 1);
            newsroom.article("a", Instant.EPOCH);
            assertThat(page.getByLabel("Result Window")).containsText("Titel a");
            page.getByLabel("Stop query").click();
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 0);
        });
    }

    @Test
    void publishesWithATokenAndASecondWindowSeesItLive() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        visit(reader -> {
            write(reader, "subscription Follow { newsFeed { ... on NewsPublished { news { title } } } }", "Follow");
            reader.keyboard().press("Control+Enter");
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 1);
            visit(editor -> {
                write(
                        editor,
                        "mutation Publish { publishNews(input: {news: {title: \"Ny spårvagn\","
                                + " summary: \"Den går.\", topics: [\"kollektivtrafik\"]}}) { revision } }",
                        "Publish");
                editor.keyboard().press("Control+Enter");
                assertThat(editor.getByLabel("Result Window")).containsText("UNAUTHENTICATED");
                signIn(editor, Tokens.of("news:write"));
                editor.keyboard().press("Control+Enter");
                assertThat(editor.getByLabel("Result Window")).containsText("\"revision\": 1");
            });
            assertThat(reader.getByLabel("Result Window")).containsText("Ny spårvagn");
        });
    }

    @Test
    void handsTheTokenToTheSocketToo() {
        visit(page -> {
            write(page, "subscription Follow { newsFeed { cursor } }", "Follow");
            signIn(page, Tokens.of());
            List<String> sent = new CopyOnWriteArrayList<>();
            page.onWebSocket(socket -> socket.onFrameSent(frame -> sent.add(frame.text())));
            page.keyboard().press("Control+Enter");
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 1);
            page.getByLabel("Stop query").click();
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 0);
            assertThat(sent).anyMatch(frame -> frame.contains("connection_init") && frame.contains("Bearer "));
        });
    }

    private static void signIn(Page page, String token) {
        page.getByText("Headers").click();
        editor(page, "Headers").click();
        page.keyboard().insertText("{\"Authorization\": \"Bearer " + token + "\"}");
    }

    @Test
    void remembersWhatWasAsked() {
        visit(page -> {
            write(page, "query Asked { __typename }", "Asked");
            page.keyboard().press("Control+Enter");
            page.getByLabel("Show History").click();
            assertThat(page.getByLabel("History", new Page.GetByLabelOptions().setExact(true)))
                    .containsText("Asked");
        });
    }

    @Test
    void opensWithTheExamplesInTabs() {
        visit(page -> assertThat(page.getByRole(AriaRole.TAB)).containsText(Graphiql.EXAMPLES.toArray(String[]::new)));
    }

    @Test
    void keepsTheTabsOfAReaderWhoComesBack() {
        int left = Graphiql.EXAMPLES.size() - 1;
        visit(page -> {
            page.getByLabel("Close Tab").first().click();
            assertThat(page.getByRole(AriaRole.TAB)).hasCount(left);
            page.waitForFunction(
                    "tabs => JSON.parse(localStorage['graphiql:tabState'] ?? '{\"tabs\":[]}').tabs.length === tabs",
                    left);
            page.reload();
            assertThat(page.getByRole(AriaRole.TAB)).hasCount(left);
        });
    }

    @Test
    void explainsTheSchema() {
        visit(page -> {
            page.getByLabel("Show Documentation Explorer").click();
            page.locator(".graphiql-doc-explorer")
                    .getByText("Query", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(page.locator(".graphiql-doc-explorer"))
                    .containsText("News, newest first unless asked otherwise.");
        });
    }

    @Test
    void opensItsDialogs() {
        visit(page -> {
            for (String dialog : List.of("Open short keys dialog", "Open settings dialog")) {
                page.getByLabel(dialog).click();
                assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
                page.keyboard().press("Escape");
                assertThat(page.getByRole(AriaRole.DIALOG)).not().isVisible();
            }
        });
    }

    @Test
    void forbidsScriptsAndAddressesThatAreNotItsOwn() {
        try (Visit visit = new Visit(origin + "/graphiql")) {
            visit.page().evaluate("""
                async () => {
                  const script = document.createElement("script");
                  script.textContent = "document.title = 'taken over'";
                  document.body.append(script);
                  const refusal = new Promise((resolve) =>
                    addEventListener("securitypolicyviolation", (event) =>
                      event.effectiveDirective === "connect-src" && resolve()));
                  fetch("http://127.0.0.1:9/").catch(() => {});
                  await refusal;
                }
                """);
            assertThat(visit.page()).hasTitle("Utrop");
            assertThat(visit.complaints())
                    .anyMatch(complaint -> complaint.startsWith("script-src-elem forbids inline"))
                    .anyMatch(complaint -> complaint.startsWith("connect-src forbids http://127.0.0.1:9/"));
        }
    }

    @Test
    void servesThePageUnderAStrictPolicy() {
        client.get()
                .uri("/graphiql")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/html;charset=UTF-8")
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-cache")
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .value(
                        "Content-Security-Policy",
                        policy -> assertThat(policy)
                                .startsWith("default-src 'none'; script-src 'self'; ")
                                .endsWith("; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                                .doesNotContain("unsafe", "http", "*"));
    }

    @Test
    void letsBrowsersKeepTheFilesOfThePage() {
        assertThat(assets()).hasSize(8).allSatisfy(asset -> {
            String etag = client.get()
                    .uri(asset)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueEquals(HttpHeaders.CACHE_CONTROL, "max-age=31536000, public, immutable")
                    .expectBody()
                    .returnResult()
                    .getResponseHeaders()
                    .getETag();
            client.get()
                    .uri(asset)
                    .header(HttpHeaders.IF_NONE_MATCH, requireNonNull(etag))
                    .exchange()
                    .expectStatus()
                    .isEqualTo(HttpStatus.NOT_MODIFIED);
        });
    }

    @Test
    void tellsTheHeadersAlone() {
        client.head()
                .uri("/graphiql")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .exists("Content-Security-Policy")
                .expectBody()
                .isEmpty();
    }

    @Test
    void servesNoFileOfAnotherVersion() {
        for (String asset : assets()) {
            client.get()
                    .uri(asset.replaceFirst("assets/[^/]+", "assets/0"))
                    .exchange()
                    .expectStatus()
                    .isNotFound();
        }
    }

    @Test
    void everyExampleRunsOnTheSchemaUnderItsOwnName() throws IOException {
        for (String example : Graphiql.examples()) {
            Document document = Parser.parse(example);
            assertThat(new Validator().validateDocument(schema, document, Locale.ENGLISH))
                    .isEmpty();
        }
        assertThat(Graphiql.examples())
                .map(Parser::parse)
                .flatMap(document -> document.getDefinitionsOfType(OperationDefinition.class))
                .map(OperationDefinition::getName)
                .isEqualTo(Graphiql.EXAMPLES);
    }

    @Test
    void isAbsentWhenSwitchedOff() throws IOException {
        WebTestClient.bindToRouterFunction(new Graphiql().graphiqlRoutes(new GraphiqlProperties(false)))
                .build()
                .get()
                .uri("/graphiql")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private void visit(Consumer<Page> use) {
        try (Visit visit = new Visit(origin + "/graphiql")) {
            use.accept(visit.page());
            assertThat(visit.page()).hasTitle("Utrop");
            assertThat(visit.requests())
                    .isNotEmpty()
                    .allMatch(url -> url.replaceFirst("^ws", "http").startsWith(origin + "/"));
            assertThat(visit.complaints()).isEmpty();
        }
    }

    private static void write(Page page, String query, String title) {
        editor(page, "Query Editor").click();
        page.keyboard().press("Control+A");
        page.keyboard().type(query);
        assertThat(page.getByRole(AriaRole.TAB).first()).containsText(title);
    }

    private static Locator editor(Page page, String label) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    private List<String> assets() {
        String page = client.get()
                .uri("/graphiql")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(page).isNotNull();
        return ASSET.matcher(page).results().map(MatchResult::group).toList();
    }
}
