package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.fields;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/**
 * Many editors at one news item: none writes over another's work. How many revisions together: the system property
 * {@code utrop.editors.revisions}.
 */
@UtropTest
class EditorsAtOnceTests {

    private static final int EDITORS = 20;

    private static final int EACH = Integer.getInteger("utrop.editors.revisions", 100) / EDITORS;

    private static final String READ = "query($id: ID!) { node(id: $id) { ... on News { body revision } } }";

    private final int port;
    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;

    EditorsAtOnceTests(@LocalServerPort int port, Api api, Editor editor, Newsroom newsroom) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
    }

    @Test
    void noneWritesOverAnothersWork() throws Exception {
        newsroom.clear();
        String id = editor.publish("Titel", "body", "Början").get("id").asString();
        int revisions = EDITORS * EACH;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                EventStream feed =
                        EventStream.open(port, "subscription { newsFeed { __typename occurredAt } }", Map.of())) {
            List<Future<Integer>> editors = IntStream.range(0, EDITORS)
                    .mapToObj(number -> threads.submit(() -> edit(id, number)))
                    .toList();
            int conflicts = 0;
            for (Future<Integer> working : editors) {
                conflicts += working.get();
            }
            System.out.printf("%d revisions by %d editors, %d conflicts%n", revisions, EDITORS, conflicts);
            assertThat(feed.events(revisions))
                    .allMatch(event -> event.get("__typename").asString().equals("NewsRevised"));
        }
        JsonNode news = api.data(READ, Map.of("id", id)).get("node");
        assertThat(news.get("revision").asInt()).isEqualTo(revisions + 1);
        assertThat(news.get("body").asString().split("\n", -1))
                .hasSize(revisions + 1)
                .doesNotHaveDuplicates();
        assertThat(newsroom.ask("select number from revision order by number", Integer.class))
                .isEqualTo(IntStream.rangeClosed(1, revisions + 1).boxed().toList());
        assertThat(newsroom.ask("select count(*)::int from event e join news n on n.id = e.news_id", Integer.class))
                .containsExactly(revisions + 1);
        assertThat(newsroom.ask(
                        "select count(distinct a.revision)::int from audit a join news n on n.id = a.news_id",
                        Integer.class))
                .containsExactly(revisions + 1);
    }

    /** Adds a line to the text, again and again, each to what it has read; how often another came first. */
    private int edit(String id, int number) {
        int conflicts = 0;
        for (int done = 0; done < EACH; ) {
            JsonNode read = api.data(READ, Map.of("id", id)).get("node");
            JsonNode payload = editor.call(
                    "reviseNews",
                    fields(
                            "id",
                            id,
                            "expectedRevision",
                            read.get("revision").asInt(),
                            "body",
                            read.get("body").asString() + "\nRad %d av %d".formatted(done, number)));
            if (payload.get("userErrors").isEmpty()) {
                done++;
            } else {
                assertThat(Editor.errors(payload)).containsExactly("REVISION_CONFLICT expectedRevision");
                conflicts++;
            }
        }
        return conflicts;
    }
}
