package se.utrop.archive;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import se.utrop.archive.ArchiveMonth.ArchiveTopic;
import se.utrop.archive.ArchiveSpan.End;
import se.utrop.database.ReadDatabase;
import se.utrop.news.NewsBitmaps;
import se.utrop.news.NewsCriteria;
import se.utrop.topic.Topic;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;

/**
 * Counts news by month and topic: from the table of counts for whole months, from the news for the rest of the time range,
 * and from the bitmap index for other conditions.
 */
@Repository
class ArchiveRepository {

    /** By the whole key of each bitmap: a join would be done pair by pair where few months are expected. */
    private static final String TOPICS_OF_WHOLE_MONTHS = """
        select month, topic_id, sum(count) from (
            select whole.month, t.id as topic_id, (
                select bit_count(f.bits & whole.bits) from news_facet f
                where f.facet = 'topic:' || t.id and f.month = whole.month and f.block = whole.block
            ) as count
            from whole cross join topic t
            offset 0
        ) as filed group by month, topic_id\
        """;

    private final DatabaseClient database;

    private final TopicCatalogue topics;

    ArchiveRepository(ReadDatabase reads, TopicCatalogue topics) {
        this.database = DatabaseClient.create(reads.connections());
        this.topics = topics;
    }

    Flux<ArchiveMonth> months(NewsCriteria criteria, ZoneId zone, boolean withTopics) {
        Counts counts = counts(criteria, zone, withTopics);
        return topics.with(known -> database.sql(months(counts.sql))
                        .bindValues(counts.values)
                        .map(row -> month(row, known))
                        .all()
                        .collectList())
                .flatMapIterable(months -> months);
    }

    /**
     * @param sql gives month, topic and a count of news, any number of times; topic 0 is all that the filter lets through. Counts
     *     of a topic may be left that somebody deleted by SQL together with its news, if another had been merged into it
     */
    record Counts(String sql, Map<String, Object> values) {}

    static String months(String counts) {
        return """
            select extract(year from month)::int, extract(month from month)::int,
                (sum(count) filter (where topic_id = 0))::int,
                coalesce(array_agg(topic_id) filter (where topic_id <> 0), '{}'),
                coalesce(array_agg(count) filter (where topic_id <> 0), '{}')
            from (
                select month, topic_id, sum(count)::int as count from (%s) as part
                group by month, topic_id
                having sum(count) > 0
            ) as whole
            group by month
            order by month desc
            """.formatted(counts);
    }

    static Counts counts(NewsCriteria criteria, ZoneId zone, boolean withTopics) {
        if (criteria.isOfTimeAlone()) {
            return withTopics
                    ? kept(criteria, zone, "topic_id", "true", """
                        news n cross join lateral (
                            select 0 where n.withdrawn_at is null
                            union all
                            select topic_id from news_topic where news_id = n.id and n.withdrawn_at is null
                        ) as filed (topic_id)\
                        """)
                    : kept(criteria, zone, "0", "topic_id = 0", "(select * from news where withdrawn_at is null) n");
        }
        String topic = criteria.onlyTopic();
        if (topic != null && !withTopics) {
            String own = "topic_id = (select id from topic_slug where slug = :topic)";
            Counts counts = kept(criteria, zone, "0", own, """
                (select filed.published_at from news_topic filed join news on id = news_id \
                where withdrawn_at is null and %s) n\
                """.formatted(own));
            counts.values.put("topic", topic);
            return counts;
        }
        return counted(criteria, withTopics);
    }

    private static Counts kept(NewsCriteria criteria, ZoneId zone, String topic, String own, String news) {
        ArchiveSpan span = ArchiveSpan.of(criteria.since(), criteria.until(), zone);
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> parts = new ArrayList<>();
        String whole = "select month, %s as topic_id, count from news_count where %s and month > '-infinity'"
                .formatted(topic, own);
        if (span.from() != null) {
            whole += " and month >= :from";
            values.put("from", span.from());
        }
        if (span.to() != null) {
            whole += " and month < :to";
            values.put("to", span.to());
        }
        parts.add(whole);
        for (End end : span.ends()) {
            String number = String.valueOf(parts.size());
            parts.add("""
                select cast(:month%1$s as date), %2$s, count(*) from %3$s
                where n.published_at >= :since%1$s and n.published_at < :until%1$s group by 2\
                """.formatted(number, topic, news));
            values.put("month" + number, end.month());
            values.put("since" + number, end.since());
            values.put("until" + number, end.until());
        }
        return new Counts(String.join(" union all ", parts), values);
    }

    private static Counts counted(NewsCriteria criteria, boolean withTopics) {
        NewsBitmaps bitmaps = new NewsBitmaps(criteria);
        List<String> chosen = new ArrayList<>();
        List<String> counts = new ArrayList<>();
        if (bitmaps.readsBitmaps()) {
            chosen.add("whole as materialized (" + bitmaps.wholeMonths() + ")");
            counts.add("select month, 0 as topic_id, sum(bit_count(bits)) as count from whole group by month");
            if (withTopics) {
                counts.add(TOPICS_OF_WHOLE_MONTHS);
            }
        }
        if (bitmaps.readsNews()) {
            chosen.add("part as materialized (" + bitmaps.singleNews() + ")");
            counts.add("select month, 0 as topic_id, count(*) as count from part group by month");
            if (withTopics) {
                counts.add("select month, topic_id, count(*) from part, unnest(topic_ids) topic_id group by 1, 2");
            }
        }
        String sql = "with %s %s".formatted(String.join(", ", chosen), String.join(" union all ", counts));
        return new Counts(sql, criteria.parameters());
    }

    private static ArchiveMonth month(Readable row, Topics topics) {
        return new ArchiveMonth(
                required(row, 0, Integer.class),
                required(row, 1, Integer.class),
                required(row, 2, Integer.class),
                topics(topics.required(required(row, 3, Long[].class)), required(row, 4, Integer[].class), topics));
    }

    /** The most frequent first, equal ones in the order of the alphabet. */
    private static List<ArchiveTopic> topics(List<Topic> found, Integer[] counts, Topics order) {
        return IntStream.range(0, found.size())
                .mapToObj(i -> new ArchiveTopic(found.get(i), counts[i]))
                .sorted(Comparator.comparingInt(ArchiveTopic::count)
                        .reversed()
                        .thenComparingInt(counted -> order.rank(counted.topic())))
                .toList();
    }
}
