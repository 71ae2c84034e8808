package se.utrop.syndication;

import static se.utrop.sql.Columns.required;

import java.time.Duration;
import java.time.Instant;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.news.News;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFacets;

/** Reads what feeds need beside the news: their ids, retractions and changed lists. */
@Repository
class SyndicationRepository {

    /** Feeds list so many retractions at most, and none that is older. */
    private static final int MOST_RETRACTIONS = 100;

    /** Of those, whatever their filter: of more, the latest. */
    private static final int MOST_READ = 1_000;

    private static final Duration OLDEST_RETRACTION = Duration.ofDays(30);

    private static final int FACETS = 3;

    private final DatabaseClient database;

    /** The namespace of a newsroom never changes. */
    private final Mono<EntryIds> ids;

    SyndicationRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
        this.ids = database.sql("select value from secret where name = 'feed-ids'")
                .mapValue(byte[].class)
                .one()
                .map(EntryIds::of)
                .cache(read -> Duration.ofNanos(Long.MAX_VALUE), failure -> Duration.ZERO, () -> Duration.ZERO);
    }

    Mono<EntryIds> ids() {
        return ids;
    }

    /** The latest retractions of news items that matched before, the latest first. */
    Flux<Tombstone> retractions(NewsCriteria criteria) {
        return database.sql("""
            select gone.news_id, gone.retracted_at, gone.reason, %s
            from (
                select * from retraction where retracted_at > :since order by retracted_at desc, news_id limit :most
            ) gone
                cross join lateral (
                    select previous from event
                    where news_id = gone.news_id and type = 'RETRACTED'
                    order by position desc
                    limit 1
                ) e
                join event p on p.position = e.previous
            order by gone.retracted_at desc, gone.news_id
            """.formatted(NewsFacets.sql("p")))
                .bind("since", Instant.now().minus(OLDEST_RETRACTION))
                .bind("most", MOST_READ)
                .map(row -> {
                    NewsFacets before = NewsFacets.read(row, FACETS);
                    return before != null && criteria.admit(before)
                            ? Mono.just(new Tombstone(
                                    News.id(required(row, 0, Long.class)),
                                    required(row, 1, Instant.class),
                                    row.get(2, String.class)))
                            : Mono.<Tombstone>empty();
                })
                .all()
                .concatMap(tombstone -> tombstone)
                .take(MOST_RETRACTIONS);
    }

    /** The slugs of topics, former ones too, at most so many, whose lists have changed since this position of the log. */
    Flux<String> changedTopics(long position, int most) {
        return database.sql("""
            select t.slug
            from (
                select unnest(current_topics(topic_ids)) from event where position > :position
                union
                select unnest(current_topics(p.topic_ids)) from event e join event p on p.position = e.previous
                where e.position > :position
            ) changed (id)
                join topic_slug t using (id)
            order by t.slug
            limit :most
            """)
                .bind("position", position)
                .bind("most", most)
                .mapValue(String.class)
                .all();
    }

    /** The same for series. */
    Flux<String> changedSeries(long position, int most) {
        return database.sql("""
            select s.slug
            from (
                select series_id from event where position > :position
                union
                select p.series_id from event e join event p on p.position = e.previous
                where e.position > :position
            ) changed (id)
                join series s using (id)
            order by s.slug
            limit :most
            """)
                .bind("position", position)
                .bind("most", most)
                .mapValue(String.class)
                .all();
    }
}
