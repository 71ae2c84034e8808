package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.news.RandomFilter;
import tools.jackson.databind.JsonNode;

/** "Keeping a list right" of {@code docs/clients.md}, with its documents: whatever happens, lists end as the server's. */
@UtropTest
class HeldListTests {

    private static final Path CLIENTS = Path.of("docs/clients.md");

    private static final Instant START = Instant.parse("2022-10-28T20:00:00Z");

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final String page;

    private final String events;

    HeldListTests(@LocalServerPort int port, Api api, Newsroom newsroom) throws IOException {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.page = block("query ListPage");
        this.events = block("subscription ListEvents");
    }

    private static String block(String start) throws IOException {
        return Pattern.compile("(?s)```graphql\\n(" + start + ".*?)```")
                .matcher(Files.readString(CLIENTS))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void listsThatAreKeptByEventsEndAsTheServers(long seed) throws Exception {
        Random random = new Random(seed);
        newsroom.clear();
        RandomFilter.fill(newsroom, random, 40);
        newsroom.awaitHeard();
        List<Follower> followers = followers(random);
        for (int i = 0; i < 60; i++) {
            change(random, i);
            followers.get(random.nextInt(followers.size())).act(random);
        }
        newsroom.awaitHeard();
        for (Follower follower : followers) {
            follower.awaitTheServersList();
            follower.loadTheRest();
            follower.awaitTheServersList();
            assertThat(follower.slugs()).isEqualTo(follower.oracle());
            follower.close();
        }
    }

    private List<Follower> followers(Random random) throws IOException, InterruptedException {
        List<Follower> followers = new ArrayList<>();
        followers.add(new Follower(RandomFilter.none(), true));
        followers.add(new Follower(RandomFilter.none(), false));
        while (followers.size() < 6) {
            followers.add(new Follower(RandomFilter.of(random, newsroom), random.nextBoolean()));
        }
        return followers;
    }

    /** At instants of which news there are already, before and after all others. */
    private void change(Random random, int number) {
        String one = " where id = (select id from news order by md5(slug || '%d') limit 1)".formatted(number);
        String some = " where id %% %d = 0".formatted(2 + random.nextInt(9));
        switch (random.nextInt(10)) {
            case 0, 1, 2 ->
                newsroom.news(
                        "new" + number,
                        START.plusSeconds(3600L * 3 * random.nextInt(-5, 45)),
                        "ARTICLE",
                        List.of("ROUTINE", "IMPORTANT").get(random.nextInt(2)),
                        random.nextBoolean() ? "s" : null,
                        "a",
                        List.of("b", "c").get(random.nextInt(2)));
            case 3 -> newsroom.run("update news set kind = 'SITUATION_REPORT', urgency = 'BREAKING'" + one);
            case 4 -> newsroom.run("update news set kind = 'ARTICLE', urgency = 'ROUTINE', series_id = null" + some);
            case 5 ->
                newsroom.run("update news set published_at = published_at + interval '%d hours'"
                                .formatted(3 * random.nextInt(-40, 40))
                        + ", updated_at = updated_at + interval '1 year'"
                        + (random.nextBoolean() ? one : some));
            case 6 ->
                newsroom.run("update news_topic set topic_id = t.id from topic t where t.slug = 'd' and position = 1"
                        + " and news_id % 3 = " + random.nextInt(3)
                        + " and not exists (select from news_topic o where o.news_id = news_topic.news_id and"
                        + " o.topic_id = t.id)");
            case 7 -> newsroom.run("update news set title = title || '.'" + one);
            case 8 -> newsroom.run("delete from news" + one);
            default -> newsroom.run("update news set urgency = 'IMPORTANT'" + one + "; delete from news" + one);
        }
    }

    /** A client with a list of its own. */
    private final class Follower {

        private final RandomFilter filter;
        private final boolean newestFirst;
        private final HeldList list;
        private final Map<String, @Nullable Object> variables = new HashMap<>();

        private EventStream feed;
        private String cursor;

        Follower(RandomFilter filter, boolean newestFirst) throws IOException, InterruptedException {
            this.filter = filter;
            this.newestFirst = newestFirst;
            this.list = new HeldList(newestFirst);
            variables.put("filter", filter.input());
            variables.put("order", newestFirst ? "NEWEST_FIRST" : "OLDEST_FIRST");
            JsonNode first = page(5, null);
            list.load(first);
            this.cursor = first.get("feedCursor").asString();
            this.feed = open();
        }

        private JsonNode page(int size, @Nullable String after) {
            Map<String, @Nullable Object> asked = new HashMap<>(variables);
            asked.put("first", size);
            asked.put("after", after);
            return api.data(page, asked).get("news");
        }

        private EventStream open() throws IOException, InterruptedException {
            Map<String, @Nullable Object> asked = new HashMap<>(variables);
            asked.put("after", cursor);
            return EventStream.open(port, events, asked);
        }

        void act(Random random) throws IOException, InterruptedException {
            switch (random.nextInt(6)) {
                case 0 -> reconnect();
                case 1 -> list.shorten(1 + random.nextInt(12));
                case 2, 3 -> loadMore(random);
                default -> applyEvents();
            }
        }

        private void reconnect() throws IOException, InterruptedException {
            feed.close();
            feed = open();
        }

        /** Before it is loaded, later events may come. */
        private void loadMore(Random random) {
            if (list.hasNextPage()) {
                JsonNode next = page(1 + random.nextInt(8), list.endCursor());
                change(random, 1_000 + random.nextInt(1_000_000));
                if (random.nextBoolean()) {
                    newsroom.awaitFeedRead();
                }
                applyEvents();
                list.load(next);
            }
        }

        private void applyEvents() {
            for (JsonNode event : feed.arrived()) {
                list.apply(event);
                cursor = event.get("cursor").asString();
            }
        }

        void awaitTheServersList() {
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                applyEvents();
                assertThat(list.items()).as("%s", filter).isEqualTo(serversItems());
            });
        }

        /** With their cursors and keys, as far as the list is loaded. */
        private List<HeldList.Item> serversItems() {
            return page(100, null)
                    .get("edges")
                    .valueStream()
                    .map(edge -> HeldList.Item.of(edge.get("node"), edge.get("cursor")))
                    .filter(item -> list.isLoaded(item.sortKey()))
                    .toList();
        }

        void loadTheRest() {
            while (list.hasNextPage()) {
                list.load(page(7, list.endCursor()));
            }
        }

        List<String> slugs() {
            return list.items().stream().map(HeldList.Item::slug).toList();
        }

        List<String> oracle() {
            return filter.oracle(newsroom, newestFirst);
        }

        void close() throws IOException {
            feed.close();
        }
    }
}
