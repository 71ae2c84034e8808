package se.utrop.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

@UtropTest
class ArchiveTests {

    private final Api api;

    private final Newsroom newsroom;

    ArchiveTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("a", "Topic a");
        newsroom.topic("b", "Topic b");
        newsroom.article("n1", Instant.parse("2022-12-31T22:59:59Z"), "a");
        newsroom.article("n2", Instant.parse("2022-12-31T23:00:00Z"), "a", "b");
        newsroom.article("n3", Instant.parse("2023-01-10T12:00:00Z"), "b");
        newsroom.article("n4", Instant.parse("2022-10-10T12:00:00Z"));
    }

    @Test
    void countsMonthsInTheNewsroomsZoneNewestFirst() {
        assertThat(api.data("{ archive { year month count topics { topic { slug } count } } }")
                        .get("archive")
                        .toString())
                .isEqualTo("""
                    [{"year":2023,"month":1,"count":2,"topics":[{"topic":{"slug":"b"},"count":2},\
                    {"topic":{"slug":"a"},"count":1}]},\
                    {"year":2022,"month":12,"count":1,"topics":[{"topic":{"slug":"a"},"count":1}]},\
                    {"year":2022,"month":10,"count":1,"topics":[]}]\
                    """);
    }

    @Test
    void countsNothingOfATopicThatWasDeletedByStatementsOfSql() {
        newsroom.topic("c", "Topic c");
        newsroom.run("select merge_topics(former.id, present.id) from topic former, topic present"
                + " where former.slug = 'b' and present.slug = 'c'");
        newsroom.run("delete from news where slug in ('n2', 'n3'); delete from topic where slug = 'c'");
        newsroom.awaitHeard();
        assertThat(api.data("{ archive { month count topics { topic { slug } count } } }")
                        .get("archive")
                        .toString())
                .isEqualTo("""
                    [{"month":12,"count":1,"topics":[{"topic":{"slug":"a"},"count":1}]},\
                    {"month":10,"count":1,"topics":[]}]\
                    """);
    }

    @Test
    void countsWhatTheFilterLetsThrough() {
        String document = "{ archive(filter: { topics: { anyOf: [\"b\"] } }) { year count topics { count } } }";
        assertThat(api.data(document).get("archive").toString())
                .isEqualTo("[{\"year\":2023,\"count\":2,\"topics\":[{\"count\":2},{\"count\":1}]}]");
        assertThat(api.data("{ archive(filter: { topics: { anyOf: [\"x\"] } }) { count } }")
                        .get("archive")
                        .isEmpty())
                .isTrue();
    }

    /** The database's own counts, against what is counted anew, through random changes and stretches of time. */
    @Test
    void countsAsIfNewsWereCounted() {
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            change(random);
            String since = random.nextInt(4) == 0 ? null : instant(random).toString();
            String until = random.nextInt(4) == 0 ? null : instant(random).toString();
            String topic = random.nextInt(3) == 0 ? List.of("a", "b", "none").get(random.nextInt(3)) : null;
            assertThat(asked(since, until, topic))
                    .as("since %s until %s of %s", since, until, topic)
                    .isEqualTo(counted(since, until, topic));
        }
        newsroom.run("select use_zone('Asia/Kolkata')");
        newsroom.run("select use_zone('Europe/Stockholm')");
        assertThat(asked(null, null, "a")).isEqualTo(counted(null, null, "a"));
    }

    private void change(Random random) {
        String slug = "x" + random.nextInt(20);
        switch (random.nextInt(5)) {
            case 0 -> newsroom.run("delete from news where slug = '" + slug + "'");
            case 1 ->
                newsroom.run("delete from news_topic using news n where n.id = news_id and n.slug = '" + slug + "'");
            case 2 -> {
                Instant moved = instant(random);
                newsroom.run(
                        "update news set published_at = :at, updated_at = :at where slug = :slug",
                        Map.of("at", moved, "slug", slug));
            }
            default -> {
                newsroom.run("delete from news where slug = '" + slug + "'");
                newsroom.run("delete from retraction");
                newsroom.article(slug, instant(random), random.nextBoolean() ? "a" : "b");
            }
        }
    }

    /** Within a few months, often at their borders. */
    private static Instant instant(Random random) {
        Instant border = YearMonth.of(2023, 1 + random.nextInt(5))
                .atDay(1)
                .atStartOfDay(ZoneId.of("Europe/Stockholm"))
                .toInstant();
        return border.plusSeconds(random.nextInt(3) * 86_400L * 5 - random.nextInt(2));
    }

    private String asked(@Nullable String since, @Nullable String until, @Nullable String topic) {
        Map<String, Object> filter = new HashMap<>();
        if (since != null || until != null) {
            filter.put("publishedAt", range(since, until));
        }
        if (topic != null) {
            filter.put("topics", Map.of("anyOf", List.of(topic)));
        }
        JsonNode answer = api.answer(
                "query ($filter: NewsFilter) { archive(filter: $filter) { year month count } }",
                Map.of("filter", filter));
        boolean isRefused = since != null && until != null && since.compareTo(until) >= 0;
        assertThat(answer.has("errors")).isEqualTo(isRefused);
        return isRefused
                ? ""
                : answer.at("/data/archive")
                        .valueStream()
                        .map(month -> month.get("year").asInt() + " "
                                + month.get("month").asInt() + " "
                                + month.get("count").asInt())
                        .collect(Collectors.joining(", "));
    }

    private static Map<String, String> range(@Nullable String since, @Nullable String until) {
        Map<String, String> range = new HashMap<>();
        range.put("since", since);
        range.put("until", until);
        range.values().removeIf(Objects::isNull);
        return range;
    }

    private String counted(@Nullable String since, @Nullable String until, @Nullable String topic) {
        if (since != null && until != null && since.compareTo(until) >= 0) {
            return "";
        }
        return String.join(
                ", ",
                newsroom.ask(
                        """
                        select concat_ws(' ', extract(year from m), extract(month from m), count(*))
                        from (
                            select date_trunc('month', published_at at time zone 'Europe/Stockholm') as m
                            from news n
                            where published_at >= '%s' and published_at < '%s' and %s
                        ) months
                        group by m order by m desc
                        """.formatted(
                                        since == null ? "-infinity" : since,
                                        until == null ? "infinity" : until,
                                        topic == null
                                                ? "true"
                                                : "exists (select from news_topic join topic on topic.id = topic_id"
                                                        + " where news_id = n.id and topic.slug = '" + topic + "')"),
                        String.class));
    }
}
