package se.utrop.site;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.Visit;
import tools.jackson.databind.JsonNode;

/** The pages in Chromium, as readers use them: accessible, live, and without scripts. */
@UtropTest
class BrowserTests {

    /** Accessibility checks of Deque Systems, installed with the test clients. */
    private static final Path AXE = Path.of("target/clients/node_modules/axe-core/axe.min.js");

    private static final Pattern FOLLOWING = Pattern.compile("/(graphql|feed)\\?");

    private static final Instant DAY = Instant.parse("2023-11-06T12:42:00Z");

    private static final String CHECK = """
        async () => {
          const { violations } = await axe.run();
          return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
        }
        """;

    private static final String OPEN_DETAILS =
            "document.querySelectorAll('details').forEach((details) => { details.open = true; })";

    private static Playwright playwright;

    private static Browser browser;

    private final Newsroom newsroom;

    private final Editor editor;

    private final String origin;

    private final List<String> complaints = new CopyOnWriteArrayList<>();

    BrowserTests(Newsroom newsroom, Editor editor, @LocalServerPort int port) {
        this.newsroom = newsroom;
        this.editor = editor;
        this.origin = "http://localhost:" + port;
    }

    @BeforeAll
    static void open() {
        playwright = Visit.playwright();
        browser = Visit.launch(playwright);
    }

    @AfterAll
    static void close() {
        playwright.close();
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lagesrapport", "Lägesrapport om influensa");
        for (int i = 0; i < 25; i++) {
            newsroom.article("a" + i, DAY.minusSeconds(3_600L * i), i % 2 == 0 ? "kultur" : "kollektivtrafik");
        }
        for (int i = 0; i < 6; i++) {
            String slug = "r" + i;
            newsroom.news(slug, DAY.minusSeconds(604_800L * (6 - i)), "SITUATION_REPORT", "ROUTINE", "lagesrapport");
            newsroom.run(
                    "insert into figure (news_id, position, name, label, value, unit, change)"
                            + " select id, 1, 'vardas', 'Vårdas', :value, 'patienter', -8 from news where slug = :slug",
                    Map.of("slug", slug, "value", 90.0 + 30 * (i % 4)));
        }
        newsroom.awaitHeard();
    }

    @ParameterizedTest
    @CsvSource({"LIGHT, 1280, 100%", "DARK, 320, 200%"})
    void everyKindOfPageIsAccessible(ColorScheme scheme, int width, String text) throws IOException {
        String axe = Files.readString(AXE);
        JsonNode item = revised();
        JsonNode gone = editor.publish("Borta", "urgency", "BREAKING");
        retract(gone, "Fel uppgift.");
        newsroom.awaitHeard();
        List<String> addresses = List.of(
                "/",
                "/?topics=kultur&from=2023-01-01",
                "/news/" + item.at("/slug").asString(),
                "/news/" + gone.at("/slug").asString(),
                "/news/r3",
                "/topics",
                "/topics/kultur",
                "/series/lagesrapport",
                "/archive",
                "/archive/2023/11",
                "/search",
                "/search?q=titel",
                "/obefintlig",
                "/?from=x");
        try (BrowserContext context = browser.newContext(
                new NewContextOptions().setColorScheme(scheme).setViewportSize(width, 900))) {
            Page page = context.newPage();
            for (String address : addresses) {
                page.navigate(origin + address);
                page.evaluate("size => { document.documentElement.style.fontSize = size; }", text);
                page.evaluate(axe);
                page.evaluate(OPEN_DETAILS);
                assertThat((List<?>) page.evaluate(CHECK)).as(address).isEmpty();
                assertThat(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                        .as("what is cut off of %s", address)
                        .isEqualTo(0);
            }
        }
    }

    private JsonNode revised() {
        JsonNode item = editor.publish(
                "Nya stationer öppnar",
                "summary",
                "De öppnar i mars.",
                "urgency",
                "IMPORTANT",
                "topics",
                List.of("kultur"),
                "body",
                """
                Text med [länk](https://example.org).

                ## Rubrik

                - ett
                - två

                | a | b |
                |---|---|
                | 1 | 2 |\
                """);
        editor.done(
                "reviseNews",
                Map.of(
                        "id",
                        item.at("/id").asString(),
                        "expectedRevision",
                        1,
                        "note",
                        "Ny månad.",
                        "summary",
                        "De öppnar i april."));
        return item;
    }

    private void retract(JsonNode item, String reason) {
        editor.done("retractNews", Map.of("id", item.at("/id").asString(), "reason", reason));
    }

    @Test
    void worksWithoutScripts() {
        try (BrowserContext context = browser.newContext(new NewContextOptions().setJavaScriptEnabled(false))) {
            Page page = context.newPage();
            page.navigate(origin + "/");
            assertThat(page.locator(".teaser")).hasCount(20);
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Äldre"))
                    .click();
            assertThat(page.locator(".teaser")).hasCount(11);
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Nyare"))
                    .click();
            page.locator(".filter summary").click();
            page.getByLabel("Ämne", new Page.GetByLabelOptions().setExact(true)).selectOption("kultur");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Visa"))
                    .click();
            assertThat(page.locator(".teaser")).hasCount(13);
            page.getByPlaceholder("Sök nyheter").fill("titel");
            page.keyboard().press("Enter");
            assertThat(page.getByRole(AriaRole.HEADING).first()).hasText("Sökning: titel");
            assertThat(page.locator("#live")).hasCount(0);
        }
    }

    @Test
    void newItemsAreAnnouncedAndInsertedWhenTheReaderAsks() {
        visit("/", page -> {
            editor.publish("Första");
            editor.publish("Andra");
            Locator status = page.locator("#live[role=status]");
            assertThat(status).hasText("2 nya");
            assertThat(page).hasTitle("(2) Utrop");
            assertThat(titles(page).first()).hasText("Titel a0");
            status.getByRole(AriaRole.BUTTON).click();
            assertThat(titles(page).first()).hasText("Andra");
            assertThat(titles(page).first()).isFocused();
            assertThat(page.locator(".fresh")).hasCount(2);
            assertThat(page.locator("#alert")).isEmpty();
            assertThat(page).hasTitle("Utrop");
        });
    }

    @Test
    void onlyBreakingNewsInterrupt() {
        visit("/", page -> {
            editor.publish("Vatten måste kokas", "urgency", "BREAKING");
            assertThat(page.getByRole(AriaRole.ALERT)).hasText("Just nu: Vatten måste kokas");
            assertThat(page.locator("#live")).hasText("1 ny");
        });
    }

    @Test
    void revisedAndRetractedItemsChangeWhereTheyStand() {
        JsonNode first = editor.publish("Första");
        JsonNode second = editor.publish("Andra");
        newsroom.awaitHeard();
        visit(
                "/",
                page -> visit("/news/forsta", item -> {
                    editor.done(
                            "reviseNews",
                            Map.of("id", first.at("/id").asString(), "expectedRevision", 1, "title", "Första, ändrad"));
                    assertThat(titles(page).nth(1)).hasText("Första, ändrad");
                    assertThat(item.locator("h1")).hasText("Första, ändrad");
                    assertThat(item.locator(".record")).containsText("Ändrad");
                    retract(second, "Den var fel.");
                    assertThat(page.locator(".teaser").first()).hasText("Nyheten är återkallad. Den var fel.");
                    retract(first, "Även den.");
                    assertThat(item.locator("h1")).hasText("Nyheten är återkallad");
                    assertThat(item.locator("main")).containsText("Även den.");
                    assertThat(page.locator("#live")).isEmpty();
                    complaints.removeIf(complaint -> complaint.contains("410"));
                }));
    }

    @Test
    void aRevisedItemThatNewerOnesHavePushedToTheNextPageLeavesWithoutAWord() {
        visit("/", page -> {
            int shown = page.locator(".teaser").count();
            String last = page.locator(".teaser").last().getAttribute("data-id");
            editor.publish("Helt ny");
            assertThat(page.locator("#live button")).hasCount(1);
            editor.done("reviseNews", Map.of("id", last, "expectedRevision", 1, "title", "Rättad"));
            assertThat(page.locator(".teaser")).hasCount(shown - 1);
            assertThat(page.locator(".gone")).hasCount(0);
        });
    }

    /** In an upgrade, a node of the release before doesn't know a field of the page's subscription. */
    @Test
    void aPageGoesOnWhenANodeHasRefusedItsSubscription() {
        visit("/", page -> {
            page.clock().install();
            AtomicBoolean refused = new AtomicBoolean();
            page.route("**/graphql?*Follow*", route -> {
                if (refused.compareAndSet(false, true)) {
                    route.fulfill(new FulfillOptions()
                            .setStatus(400)
                            .setContentType("application/json")
                            .setBody("{\"errors\":[{\"message\":\"?\",\"extensions\":{\"code\":"
                                    + "\"GRAPHQL_VALIDATION_FAILED\"}}]}"));
                } else {
                    route.resume();
                }
            });
            page.reload();
            assertThat(page.locator("#lost")).isEmpty();
            Awaitility.await().untilTrue(refused);
            page.clock().fastForward(60_000);
            editor.publish("Efteråt");
            assertThat(page.locator("#live button")).hasCount(1);
            complaints.removeIf(complaint -> complaint.contains("400"));
        });
    }

    @Test
    void aNewReportIsDrawnWhenTheReaderAsks() {
        visit("/series/lagesrapport", page -> {
            editor.publish(
                    "Ny rapport",
                    "kind",
                    "SITUATION_REPORT",
                    "series",
                    "lagesrapport",
                    "figures",
                    List.of(Map.of("name", "vardas", "label", "Vårdas", "value", 171)));
            page.locator("#live button").click();
            assertThat(page.locator(".latest strong")).hasText("171");
            assertThat(page.locator("circle.dot")).hasCount(8);
        });
    }

    @Test
    void aLostConnectionIsToldAndNothingIsMissed() {
        visit("/", page -> {
            page.route(FOLLOWING, route -> route.abort());
            page.reload();
            assertThat(page.locator("#lost")).containsText("Sidan är inte aktuell sedan kl. ");
            editor.publish("Meanwhile");
            page.unroute(FOLLOWING);
            assertThat(page.locator("#live")).hasText("1 ny");
            assertThat(page.locator("#lost")).isEmpty();
            complaints.removeIf(complaint -> complaint.contains("ERR_FAILED"));
        });
    }

    @Test
    void aPageWhoseStreamIsBlockedFollowsByPlainRequests() {
        visit("/", page -> {
            page.route("**/graphql?**", route -> route.abort());
            page.reload();
            page.waitForRequest(request -> request.url().contains("&live="), () -> editor.publish("Första"));
            assertThat(page.locator("#live")).hasText("1 ny");
            page.route("**/feed?**", route -> route.abort());
            editor.publish("Andra");
            assertThat(page.locator("#lost")).containsText("Sidan är inte aktuell sedan kl. ");
            editor.publish("Tredje");
            page.unroute("**/feed?**");
            assertThat(page.locator("#live")).hasText("3 nya");
            assertThat(page.locator("#lost")).isEmpty();
            complaints.removeIf(complaint -> complaint.contains("ERR_FAILED"));
        });
    }

    @Test
    void aReloadIsOfferedWhereThePositionIsNotKnown() {
        visit("/", page -> {
            page.route(origin + "/", route -> {
                var response = route.fetch();
                route.fulfill(new FulfillOptions()
                        .setResponse(response)
                        .setBody(response.text().replaceAll("data-cursor=\"[^\"]+\"", "data-cursor=\"x\"")));
            });
            page.reload();
            assertThat(page.locator("#lost")).containsText("Sidan är inte längre aktuell.");
            page.unroute(origin + "/");
            page.locator("#lost button").click();
            editor.publish("Ny");
            assertThat(page.locator("#live")).hasText("1 ny");
        });
    }

    @Test
    void theKeyboardIsEnough() {
        visit("/", page -> {
            editor.publish("Ny");
            assertThat(page.locator("#live")).hasText("1 ny");
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            assertThat(page.locator(".skip")).isInViewport();
            page.keyboard().press("Enter");
            page.keyboard().press("Tab");
            assertThat(page.locator("#live button")).isFocused();
            page.keyboard().press("Enter");
            assertThat(titles(page).first()).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Ny");
        });
    }

    @Test
    void nothingMovesForThoseWhoDoNotWantIt() {
        try (BrowserContext context =
                browser.newContext(new NewContextOptions().setReducedMotion(ReducedMotion.REDUCE))) {
            Page page = context.newPage();
            page.navigate(origin + "/");
            assertThat(page.evaluate("document.querySelector('.teaser').classList.add('fresh'),"
                            + " getComputedStyle(document.querySelector('.teaser')).animationName"))
                    .isEqualTo("none");
        }
    }

    @Test
    void theWidgetShowsNewsOnOtherPages() throws IOException {
        String axe = Files.readString(AXE);
        JsonNode old = editor.publish("Gammal", "topics", List.of("kultur"));
        visit("/", page -> {
            page.route(
                    "**/annan",
                    route -> route.fulfill(new FulfillOptions()
                            .setContentType("text/html; charset=utf-8")
                            .setBody("""
                                <!doctype html><html lang="sv"><title>Annan</title><main><h1>Annan</h1>
                                <utrop-news topics="kultur" limit="3"></utrop-news></main>
                                <script src="/widget.js"></script></html>
                                """)));
            var streaming = page.waitForResponse(
                    response -> response.url().contains("FollowWidget"), () -> page.navigate(origin + "/annan"));
            assertThat(streaming.status()).isEqualTo(200);
            Locator items = page.locator("utrop-news li");
            assertThat(items).hasCount(3);
            assertThat(items.first().getByRole(AriaRole.LINK)).hasAttribute("href", origin + "/news/gammal");
            editor.publish("Ny i kulturen", "topics", List.of("kultur"));
            editor.publish("Ny om trafiken", "topics", List.of("kollektivtrafik"));
            assertThat(page.locator("utrop-news [role=status]")).hasText("1 ny");
            assertThat(items.first()).containsText("Gammal");
            String last = items.last().getAttribute("data-id");
            editor.done("reviseNews", Map.of("id", last, "expectedRevision", 1, "title", "Rättad"));
            assertThat(items.last()).containsText("Rättad");
            page.locator("utrop-news button").click();
            assertThat(items.first()).containsText("Ny i kulturen");
            retract(old, "Fel.");
            assertThat(page.locator("utrop-news")).not().containsText("Gammal");
            page.evaluate(axe);
            assertThat((List<?>) page.evaluate(CHECK)).isEmpty();
        });
    }

    private void visit(String address, Consumer<Page> use) {
        try (BrowserContext context = browser.newContext()) {
            context.addInitScript("addEventListener('securitypolicyviolation', (event) =>"
                    + " console.error(event.effectiveDirective + ' forbids ' + event.blockedURI));");
            context.onConsoleMessage(message -> {
                if (List.of("error", "warning").contains(message.type())) {
                    complaints.add(message.text());
                }
            });
            context.onWebError(error -> complaints.add(error.error()));
            Page page = context.newPage();
            page.navigate(origin + address);
            use.accept(page);
        }
        assertThat(complaints).isEmpty();
    }

    private static Locator titles(Page page) {
        return page.locator(".teaser h2 a");
    }
}
