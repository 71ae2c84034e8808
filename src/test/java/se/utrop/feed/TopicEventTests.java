package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** A topic that is changed is an event: caches that keep topics by their id follow. */
@UtropTest
class TopicEventTests {

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter, $types: [NewsEventType!]) {
          newsFeed(after: $after, filter: $filter, types: $types) {
            __typename cursor previousCursor
            ... on TopicChanged { topic { id slug name } }
            ... on NewsPublished { news { slug topics { name } } }
          }
        }
        """;

    private static final String CHANGES = """
        query($after: String, $types: [NewsEventType!]) {
          changes(after: $after, types: $types) { cursor events { __typename ... on TopicChanged { topic { name } } } }
        }
        """;

    private final int port;

    private final Api api;

    private final Editor editor;

    private final Newsroom newsroom;

    private final Sessions sessions;

    TopicEventTests(@LocalServerPort int port, Api api, Editor editor, Newsroom newsroom, Sessions sessions) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.sessions = sessions;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
    }

    @Test
    void subscribersAreToldOfATopicsNewName() throws Exception {
        newsroom.article("a", Instant.EPOCH, "kultur");
        newsroom.awaitHeard();
        String start = cursor();
        try (EventStream everything = open(Map.of());
                EventStream otherNews = open(Map.of("filter", Map.of("series", "none")));
                EventStream topicsAlone = open(Map.of("types", List.of("TOPIC_CHANGED")));
                EventStream newsAlone = open(Map.of("types", List.of("PUBLISHED")))) {
            rename("Kultur och fritid");
            newsroom.article("b", Instant.EPOCH, "kultur");
            for (EventStream stream : List.of(everything, otherNews, topicsAlone)) {
                JsonNode event = stream.event();
                assertThat(event.get("__typename").asString()).isEqualTo("TopicChanged");
                assertThat(event.at("/topic/slug").asString()).isEqualTo("kultur");
                assertThat(event.at("/topic/name").asString()).isEqualTo("Kultur och fritid");
                assertThat(event.get("previousCursor").asString()).isEqualTo(start);
            }
            for (EventStream stream : List.of(everything, newsAlone)) {
                JsonNode event = stream.event();
                assertThat(event.at("/news/slug").asString()).isEqualTo("b");
                assertThat(event.at("/news/topics/0/name").asString()).isEqualTo("Kultur och fritid");
            }
        }
    }

    /** As they read now, in the log that a node remembers and in that of the database. */
    @Test
    void aReplayShowsTopicsAsTheyReadNow() throws Exception {
        newsroom.awaitHeard();
        String start = cursor();
        newsroom.article("a", Instant.EPOCH, "kultur");
        rename("Kultur och fritid");
        rename("Fritid");
        newsroom.awaitFeedRead();
        try (EventStream stream = open(Map.of("after", start))) {
            List<JsonNode> events = stream.events(3);
            assertThat(events)
                    .extracting(event -> event.get("__typename").asString())
                    .containsExactly("NewsPublished", "TopicChanged", "TopicChanged");
            assertThat(events.getFirst().at("/news/topics/0/name").asString()).isEqualTo("Fritid");
            assertThat(events.getLast().at("/topic/name").asString()).isEqualTo("Fritid");
        }
    }

    @Test
    void changesHoldTheEventsOfTopics() {
        newsroom.awaitHeard();
        String start = cursor();
        rename("Fritid");
        newsroom.article("a", Instant.EPOCH, "kultur");
        newsroom.awaitHeard();
        JsonNode all = api.data(CHANGES, Map.of("after", start)).get("changes");
        assertThat(all.get("events")
                        .valueStream()
                        .map(event -> event.get("__typename").asString()))
                .containsExactly("TopicChanged", "NewsPublished");
        JsonNode topics = api.data(CHANGES, Map.of("after", start, "types", List.of("TOPIC_CHANGED")))
                .get("changes");
        assertThat(topics.at("/events/0/topic/name").asString()).isEqualTo("Fritid");
        assertThat(topics.get("events")).hasSize(1);
        assertThat(topics.get("cursor")).isEqualTo(all.get("cursor"));
    }

    /** One event for each topic that is not what it was, in front of the news of the same transaction. */
    @Test
    void onlyWhatChangedIsTold() throws Exception {
        newsroom.topic("resor", "Resor");
        newsroom.awaitHeard();
        String start = cursor();
        newsroom.run("update topic set name = name");
        newsroom.run("insert into topic (slug, name) values ('ny', 'Ny')");
        newsroom.run("""
            begin;
            insert into news (slug, title, summary, published_at) values ('c', 'C', 'C', now());
            update topic set name = 'A ' || name where slug in ('kultur', 'resor');
            update topic set name = 'B ' || name where slug = 'kultur';
            commit\
            """);
        newsroom.awaitHeard();
        try (EventStream stream = open(Map.of("after", start))) {
            List<JsonNode> events = stream.events(3);
            assertThat(events)
                    .extracting(event -> event.at("/topic/name").asString())
                    .containsExactly("B A Kultur", "A Resor", "");
            assertThat(events.getLast().at("/news/slug").asString()).isEqualTo("c");
        }
    }

    @Test
    void aTopicThatIsGoneIsPassedOver() throws Exception {
        newsroom.awaitHeard();
        String start = cursor();
        rename("Fritid");
        newsroom.run("delete from topic");
        newsroom.article("a", Instant.EPOCH);
        newsroom.awaitFeedRead();
        try (EventStream stream = open(Map.of("after", start, "types", List.of("PUBLISHED")))) {
            assertThat(stream.event().at("/news/slug").asString()).isEqualTo("a");
        }
        assertThat(api.data(CHANGES, Map.of("after", start)).at("/changes/events"))
                .hasSize(1);
    }

    /** A node of the release before couldn't read such an event. */
    @Test
    void whileANodeOfTheReleaseBeforeListensTopicsChangeWithoutEvents() throws Exception {
        newsroom.awaitHeard();
        String start = cursor();
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            statement.execute("set application_name = 'utrop listener'");
            rename("Fritid");
            newsroom.awaitHeard();
            assertThat(cursor()).isEqualTo(start);
            assertThat(api.data("{ topicBySlug(slug: \"kultur\") { name } }")
                            .at("/topicBySlug/name")
                            .asString())
                    .isEqualTo("Fritid");
        }
    }

    private EventStream open(Map<String, ?> variables) throws Exception {
        return EventStream.open(port, FEED, variables);
    }

    private String cursor() {
        return api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
    }

    private void rename(String name) {
        editor.done("renameTopic", Map.of("slug", "kultur", "name", name));
    }
}
