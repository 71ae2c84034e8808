package se.utrop.site;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.CrossOriginTest;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Visit;
import tools.jackson.databind.JsonNode;

/** The widget in Chromium, on a page of an origin that is allowed, and of one that isn't. */
@CrossOriginTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WidgetTests {

    /** Has the script twice, as pages that are put together from parts may. */
    private static final String PAGE = """
        <!doctype html>
        <html lang="sv">
        <title>Annan</title>
        <utrop-news topics="kultur" limit="2"></utrop-news>
        <script src="NEWSROOM/widget.js"></script>
        <script src="NEWSROOM/widget.js"></script>
        <script>document.title = "Hel";</script>
        </html>
        """;

    private final Newsroom newsroom;
    private final Editor editor;
    private final String origin;

    private final List<String> failures = new CopyOnWriteArrayList<>();

    private Playwright playwright;
    private Browser browser;
    private HttpServer otherSite;
    private Page page;

    WidgetTests(Newsroom newsroom, Editor editor, @LocalServerPort int port) {
        this.newsroom = newsroom;
        this.editor = editor;
        this.origin = "http://localhost:" + port;
    }

    @BeforeAll
    void open() throws IOException {
        otherSite = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        otherSite.createContext("/", exchange -> {
            byte[] content = PAGE.replace("NEWSROOM", origin).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        otherSite.start();
        playwright = Visit.playwright();
        browser = Visit.launch(playwright);
    }

    @AfterAll
    void close() {
        playwright.close();
        otherSite.stop(0);
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
        editor.publish("Gammal", "topics", List.of("kultur"));
        newsroom.awaitHeard();
        failures.clear();
        page = browser.newContext().newPage();
        page.context().onWebError(error -> failures.add(error.error()));
    }

    @AfterEach
    void leave() {
        page.context().close();
    }

    private void visit(String host) {
        page.navigate("http://%s:%d/".formatted(host, otherSite.getAddress().getPort()));
    }

    @Test
    void itIsLiveOnAPageOfAnAllowedOrigin() {
        page.waitForResponse(response -> response.url().contains("FollowWidget"), () -> visit("127.0.0.1"));
        Locator items = page.locator("utrop-news li");
        assertThat(items).hasCount(1);
        assertThat(items.getByRole(AriaRole.LINK)).hasAttribute("href", origin + "/news/gammal");
        editor.publish("Ny om trafiken", "topics", List.of("trafik"));
        editor.publish("Ny i kulturen", "topics", List.of("kultur"));
        assertThat(page.locator("utrop-news [role=status]")).hasText("1 ny");
        page.locator("utrop-news button").click();
        assertThat(items.first()).containsText("Ny i kulturen");
        assertThat(page).hasTitle("Hel");
        assertThat(failures).isEmpty();
    }

    @Test
    void itAnnouncesWhatBelongsToItsList() {
        JsonNode other = editor.publish("Om trafiken", "topics", List.of("trafik"));
        editor.publish("Mellan", "topics", List.of("kultur"));
        newsroom.awaitHeard();
        page.waitForResponse(response -> response.url().contains("FollowWidget"), () -> visit("127.0.0.1"));
        assertThat(page.locator("utrop-news li")).hasCount(2);
        newsroom.article("arkiv", Instant.EPOCH, "kultur");
        editor.done(
                "reviseNews",
                Map.of("id", other.at("/id").asString(), "expectedRevision", 1, "topics", List.of("kultur")));
        assertThat(page.locator("utrop-news [role=status]")).hasText("1 ny");
        page.locator("utrop-news button").click();
        assertThat(page.locator("utrop-news")).containsText("Om trafiken");
        assertThat(page.locator("utrop-news [role=status]")).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void itChangesItsListWithItsAttributes() {
        editor.publish("Om trafiken", "topics", List.of("trafik"));
        newsroom.awaitHeard();
        visit("127.0.0.1");
        page.evaluate("""
            () => {
              const widget = document.querySelector("utrop-news");
              ["kultur", "obefintligt", "trafik"].forEach((topic) => widget.setAttribute("topics", topic));
            }
            """);
        assertThat(page.locator("utrop-news")).containsText("Om trafiken");
        page.waitForRequest(request -> request.url().contains("FollowWidget"), () -> page.evaluate("""
            () => document.querySelector("utrop-news").setAttribute("topics", "kultur")
            """));
        assertThat(page.locator("utrop-news li")).hasCount(1);
        assertThat(page.locator("utrop-news")).containsText("Gammal");
        assertThat(failures).isEmpty();
    }

    /** Whether an origin is allowed, a script can't tell from a newsroom that is away. */
    @Test
    void aPageOfAnotherOriginShowsThatThereIsNoNewsAndGoesOn() {
        visit("annan.localhost");
        assertThat(page.locator("utrop-news")).hasText("Nyheterna går inte att hämta just nu.");
        assertThat(page.locator("utrop-news li")).hasCount(0);
        assertThat(page).hasTitle("Hel");
        assertThat(failures).isEmpty();
    }
}
