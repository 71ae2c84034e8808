package se.utrop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.WaitUntilState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A visit to a page in a headless Chromium: writes down what the page asks for, and what the browser complains of. */
public final class Visit implements AutoCloseable {

    private static final List<String> USUAL_PLACES = List.of(
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static final String TELL_VIOLATIONS = """
        addEventListener("securitypolicyviolation", (event) =>
          console.error(`${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));
        """;

    static {
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    private final List<String> requests = new ArrayList<>();

    private final List<String> complaints = new ArrayList<>();

    private final Playwright playwright;

    private final Page page;

    public Visit(String url) {
        playwright = playwright();
        page = launch(playwright).newPage();
        page.addInitScript(TELL_VIOLATIONS);
        page.context().onRequest(request -> requests.add(request.url()));
        page.context().onConsoleMessage(this::listen);
        page.context().onWebError(error -> complaints.add(error.error()));
        page.onWebSocket(socket -> requests.add(socket.url()));
        page.navigate(url, new Page.NavigateOptions().setWaitUntil(WaitUntilState.NETWORKIDLE));
    }

    /** Playwright, for tests that share one browser. */
    public static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    public static Browser launch(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setArgs(FLAGS));
    }

    public Page page() {
        return page;
    }

    public List<String> requests() {
        return requests;
    }

    public List<String> complaints() {
        return complaints;
    }

    private void listen(ConsoleMessage message) {
        if (Set.of("error", "warning").contains(message.type())) {
            complaints.add(message.text());
        }
    }

    private static Path chromium() {
        return Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")), USUAL_PLACES.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No Chromium: install it (Debian: apt install chromium),"
                        + " or name its executable in the environment variable CHROMIUM; looked at " + USUAL_PLACES));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
