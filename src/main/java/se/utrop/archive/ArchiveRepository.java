package se.utrop.archive;

import static se.utrop.database.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.ZoneId;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import se.utrop.archive.ArchiveMonth.ArchiveTopic;
import se.utrop.news.NewsCondition;
import se.utrop.news.NewsCriteria;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class ArchiveRepository {

    private static final TypeReference<List<ArchiveTopic>> TOPICS = new TypeReference<>() {};

    private final DatabaseClient database;

    private final JsonMapper json;

    ArchiveRepository(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    Flux<ArchiveMonth> months(NewsCriteria criteria, ZoneId zone, boolean withTopics) {
        NewsCondition condition = NewsCondition.of(criteria, "n.id", "n", "n");
        return database.sql((withTopics ? withTopics() : withoutTopics()).formatted(condition.sql()))
                .bind("zone", zone.getId())
                .bindValues(condition.values())
                .map(this::month)
                .all();
    }

    private static String withoutTopics() {
        return """
            select extract(year from m)::int, extract(month from m)::int, count, '[]'
            from (
                select date_trunc('month', n.published_at at time zone :zone) as m, count(*) as count
                from news n
                where true%s
                group by m
            ) months
            order by m desc
            """;
    }

    private static String withTopics() {
        return """
            with chosen as materialized (
                select n.id, date_trunc('month', n.published_at at time zone :zone) as m
                from news n
                where true%s
            ), topics as (
                select m, nt.topic_id, count(*) as count
                from chosen join news_topic nt on nt.news_id = chosen.id
                group by m, nt.topic_id
            )
            select extract(year from m)::int, extract(month from m)::int, count(*), (
                select coalesce(json_agg(json_build_object('count', topics.count, 'topic', json_build_object(
                    'key', t.id, 'slug', t.slug, 'name', t.name, 'description', t.description
                )) order by topics.count desc, t.name collate "sv-SE-x-icu"), '[]')::text
                from topics join topic t on t.id = topics.topic_id
                where topics.m = chosen.m
            )
            from chosen
            group by m
            order by m desc
            """;
    }

    private ArchiveMonth month(Readable row) {
        return new ArchiveMonth(
                required(row, 0, Integer.class),
                required(row, 1, Integer.class),
                required(row, 2, Integer.class),
                json.readValue(required(row, 3, String.class), TOPICS));
    }
}
