package se.utrop.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import se.utrop.NodeScripts;

/** {@code /feed.js} before a network that fails in many ways: by the rules for clients of {@code docs/feed-over-http.md}. */
class FeedModuleTests {

    private static final Path MODULE = Path.of("src/main/resources/site/assets/feed.js");

    @Test
    void theModuleKeepsTheRulesForClients() throws Exception {
        String output =
                NodeScripts.run("node", "module.mjs", MODULE.toAbsolutePath().toString());
        assertThat(output).matches("\\d+ cases\n");
    }
}
