package se.utrop.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.news.RandomFilter;
import tools.jackson.databind.JsonNode;

/** The numbers of totalCount and archive, against a plain count of news: whatever the filter, whatever happened before. */
@UtropTest
class CountTests {

    private static final List<String> TOPICS = List.of("a", "b", "c", "d");

    private static final String DOCUMENT = """
        query ($filter: NewsFilter, $topic: String!) {
          news(filter: $filter, first: 1) { totalCount }
          topicBySlug(slug: $topic) { news(filter: $filter, first: 1) { totalCount } }
          archive(filter: $filter) { year month count topics { topic { slug } count } }
          months: archive(filter: $filter) { year month count }
        }
        """;

    private final Api api;

    private final Newsroom newsroom;

    CountTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyFilterCountsAsNewsAreCounted(long seed) {
        Random random = new Random(seed);
        newsroom.clear();
        RandomFilter.fill(newsroom, random, 80);
        for (int round = 0; round < 25; round++) {
            change(random);
            compare(RandomFilter.of(random, newsroom), random);
        }
        compare(RandomFilter.none(), random);
        assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
    }

    @Test
    void seriesCountTheirReports() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(5), 60);
        api.data("{ series { slug news(first: 1) { totalCount } } }")
                .get("series")
                .forEach(series -> assertThat(series.at("/news/totalCount").asLong())
                        .isEqualTo(newsroom.ask(
                                        "select count(*) from news n join series s on s.id = n.series_id where s.slug = '%s'"
                                                .formatted(series.get("slug").asString()),
                                        Long.class)
                                .getFirst()));
    }

    /** As many as one block of bits has, and more; then with gaps, which the next ones fill. */
    @Test
    void aMonthHoldsAnyNumberOfNews() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(6), 10);
        publishMany("m", 10_500);
        compare(RandomFilter.none(), new Random(1));
        newsroom.fill("delete from news where slug ~ '^m' and id % 3 = 0");
        long blocks = blocks();
        publishMany("o", 900);
        compare(RandomFilter.none(), new Random(1));
        assertThat(blocks()).isEqualTo(blocks);
    }

    @Test
    void afterATruncationNothingIsCounted() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(7), 20);
        newsroom.run("truncate news_topic");
        compare(RandomFilter.none(), new Random(1));
        newsroom.run("truncate news cascade");
        compare(RandomFilter.none(), new Random(1));
        assertThat(newsroom.ask("select count(*) from news_slot", Long.class)).containsExactly(0L);
    }

    /** By statements of SQL, in one transaction with its news, some of which were filed under a topic that was merged into it. */
    @Test
    void nothingIsCountedOfATopicThatIsDeleted() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(9), 20);
        newsroom.run("select merge_topics(a.id, b.id) from topic a, topic b where a.slug = 'a' and b.slug = 'b'");
        newsroom.run(
                "delete from news where id in (select news_id from news_topic t join topic on t.topic_id = topic.id"
                        + " where slug = 'b'); delete from topic where slug = 'b'");
        assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
        newsroom.run("truncate topic cascade");
        assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
        assertThat(newsroom.ask("select count(*) from news_count where topic_id <> 0", Long.class))
                .containsExactly(0L);
    }

    /** Of the index in a zone where other news are the first of a month. */
    @Test
    void anotherZoneIsCountedAnew() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(8), 40);
        try {
            newsroom.fill("select use_zone('Pacific/Kiritimati')");
            assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
            change(new Random(9));
            assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
        } finally {
            newsroom.fill("select use_zone('Europe/Stockholm')");
        }
        compare(RandomFilter.none(), new Random(1));
        assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
    }

    @Test
    void aTransactionThatIsRolledBackCountsForNothing() {
        newsroom.clear();
        RandomFilter.fill(newsroom, new Random(10), 20);
        String failing = "delete from news where id % 2 = 0; set constraints all immediate; select 1 / 0";
        assertThatThrownBy(() -> newsroom.run(failing)).rootCause().hasMessageContaining("division by zero");
        compare(RandomFilter.none(), new Random(1));
        assertThat(newsroom.ask(DIFFERING_BITS, Long.class)).containsExactly(0L);
    }

    /** The first midnight of November 2026 came twice in Havana: the month began with the first of them. */
    @Test
    void aMonthBeginsOnceWhereClocksGoBackAtItsMidnight() {
        try {
            newsroom.fill("select use_zone('America/Havana')");
            assertThat(newsroom.ask(
                            "select (start_of_month('2026-11-01') = '2026-11-01T04:00:00Z')"
                                    + " and (month_of('2026-11-01T04:30:00Z') = '2026-11-01')"
                                    + " and (start_of_month('2026-12-01') = '2026-12-01T05:00:00Z')",
                            Boolean.class))
                    .containsExactly(true);
        } finally {
            newsroom.fill("select use_zone('Europe/Stockholm')");
        }
    }

    private static final String DIFFERING_BITS = """
        select count(*)
        from (
            select facet, month, slot, true as own
            from news join news_slot on news_id = id cross join lateral facets(kind, urgency, series_id, topic_ids, withdrawn_at is not null) facet
        ) as a full join (
            select facet, month, block * 8192 + bit as slot, true as own
            from news_facet cross join generate_series(0, 8191) bit
            where bit_count(bits) > 0 and get_bit(bits, bit) = 1
        ) as b using (facet, month, slot)
        where a.own is null or b.own is null
        """;

    private void change(Random random) {
        String chosen = " where id % " + (2 + random.nextInt(9)) + " = 0";
        switch (random.nextInt(11)) {
            case 0 -> newsroom.run("delete from news where slug in ('n%d', 'n%d')".formatted(random.nextInt(80), 3));
            case 1 -> newsroom.run("update news set kind = 'SITUATION_REPORT', urgency = 'BREAKING'" + chosen);
            case 2 ->
                newsroom.run("update news set series_id = (select id from series where slug = 's'), urgency = 'ROUTINE'"
                        + chosen);
            case 3 ->
                newsroom.run("update news set updated_at = updated_at + interval '1 year', published_at = published_at"
                        + " + interval '%d hours'%s".formatted(random.nextInt(-1500, 1500), chosen));
            case 4 -> newsroom.run("delete from news_topic where position = " + (1 + random.nextInt(3)));
            case 5 ->
                newsroom.run("insert into news_topic select n.id, 9, t.id, n.published_at from news n, topic t"
                        + " where t.slug = '%s' and not exists (select from news_topic where news_id = n.id and topic_id = t.id)"
                                .formatted(TOPICS.get(random.nextInt(4)))
                        + " and not exists (select from news_topic where news_id = n.id and position = 9)");
            case 6 -> newsroom.run("update news set title = title || '.', kind = 'ARTICLE'" + chosen);
            case 7 ->
                newsroom.run("delete from news" + chosen + "; delete from retraction; "
                        + "update news set published_at = published_at - interval '40 days' where id % 3 = 0");
            case 8 -> newsroom.run("select withdraw(id, null) from news" + chosen);
            case 9 -> newsroom.run("select put_back(id, null) from news" + chosen);
            default -> publishMany("r" + random.nextLong(Long.MAX_VALUE), 10);
        }
    }

    private void publishMany(String prefix, int count) {
        newsroom.fillUnsearchable("""
            insert into news (slug, title, summary, published_at, kind)
            select '%s' || i, 'T', 'I', timestamptz '2022-10-30T21:00:00Z' + i * interval '1 minute', 'ARTICLE'
            from generate_series(1, %d) i
            """.formatted(prefix, count));
    }

    private long blocks() {
        return newsroom.ask("select count(*) from news_facet where facet = 'all'", Long.class)
                .getFirst();
    }

    private void compare(RandomFilter filter, Random random) {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        Map<String, Object> variables = new HashMap<>();
        variables.put("filter", filter.input());
        variables.put("topic", topic);
        newsroom.awaitHeard();
        JsonNode answer = api.answer(DOCUMENT, variables);
        JsonNode data = answer.get("data");
        if (answer.has("errors")) {
            assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("BAD_USER_INPUT");
            return;
        }
        List<String> slugs = filter.oracle(newsroom, true);
        assertThat(data.at("/news/totalCount").asInt()).as("%s", filter).isEqualTo(slugs.size());
        assertThat(data.at("/topicBySlug/news/totalCount").asLong())
                .as("%s of %s", filter, topic)
                .isEqualTo(ofTopic(slugs, topic));
        assertThat(months(data.get("archive"), true)).as("%s", filter).isEqualTo(plain(slugs, true));
        assertThat(months(data.get("months"), false)).as("%s", filter).isEqualTo(plain(slugs, false));
    }

    private long ofTopic(List<String> slugs, String topic) {
        return newsroom.ask("""
            select count(*) from news_topic nt join news n on n.id = nt.news_id join topic t on t.id = nt.topic_id
            where t.slug = '%s' and n.slug = any('%s')
            """.formatted(topic, array(slugs)), Long.class).getFirst();
    }

    private static String months(JsonNode archive, boolean withTopics) {
        StringJoiner months = new StringJoiner(", ");
        for (JsonNode month : archive) {
            months.add(month.get("year").asInt() + "-" + month.get("month").asInt() + ": "
                    + month.get("count").asInt());
            if (withTopics) {
                month.get("topics")
                        .valueStream()
                        .map(topic -> topic.at("/topic/slug").asString() + " "
                                + topic.get("count").asInt())
                        .sorted()
                        .forEach(months::add);
            }
        }
        return months.toString();
    }

    private String plain(List<String> slugs, boolean withTopics) {
        String chosen =
                "select id, date_trunc('month', published_at at time zone 'Europe/Stockholm') as month from news"
                        + " where slug = any('" + array(slugs) + "')";
        String all = "select month, '' as topic, extract(year from month) || '-' || extract(month from month) || ': '"
                + " || count(*) as line from (" + chosen + ") n group by month";
        String each = " union all select month, t.slug, t.slug || ' ' || count(*) from (" + chosen + ") n"
                + " join news_topic nt on nt.news_id = n.id join topic t on t.id = nt.topic_id group by month, t.slug";
        return String.join(
                ", ",
                newsroom.ask(
                        "select line from (" + all + (withTopics ? each : "") + ") lines order by month desc, topic",
                        String.class));
    }

    private static String array(List<String> slugs) {
        return slugs.stream().collect(Collectors.joining(",", "{", "}"));
    }
}
