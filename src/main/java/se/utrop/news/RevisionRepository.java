package se.utrop.news;

import static se.utrop.sql.Columns.required;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.topic.TopicCatalogue;
import tools.jackson.databind.json.JsonMapper;

@Repository
class RevisionRepository {

    private final DatabaseClient database;

    private final TopicCatalogue topics;

    private final JsonMapper json;

    RevisionRepository(ReadDatabase reads, TopicCatalogue topics, JsonMapper json) {
        this.database = DatabaseClient.create(reads.connections());
        this.topics = topics;
        this.json = json;
    }

    /**
     * The versions of each of these news, newest first.
     *
     * @param before a number that the versions lie below
     */
    Mono<Map<Long, List<Revision>>> find(
            long before, int limit, RevisionSelection selection, Collection<Long> newsKeys) {
        String below = "number < :before order by number desc limit :limit";
        return find(below, Map.of("before", before, "limit", limit), selection, newsKeys);
    }

    /** The corrections of each of these news, newest first. */
    Mono<Map<Long, List<Revision>>> corrections(RevisionSelection selection, Collection<Long> newsKeys) {
        return find("significance = 'CORRECTION'", Map.of(), selection, newsKeys);
    }

    private Mono<Map<Long, List<Revision>>> find(
            String condition, Map<String, ?> values, RevisionSelection selection, Collection<Long> newsKeys) {
        RevisionColumns columns = new RevisionColumns(selection, json);
        return topics.with(known -> database.sql("""
            select n.id, %s
            from news n cross join lateral (select * from revision where news_id = n.id and %s) r%s
            where n.id = any(:keys)
            order by n.id, r.number desc
            """.formatted(columns.list(), condition, columns.tables()))
                .bind("keys", newsKeys.toArray(Long[]::new))
                .bindValues(values)
                .map(row -> Map.entry(required(row, 0, Long.class), columns.read(row, 1, known)))
                .all()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())))
                .doOnNext(found -> newsKeys.forEach(key -> found.putIfAbsent(key, List.of()))));
    }
}
