package se.utrop.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import se.utrop.Newsroom;
import se.utrop.Plans;
import se.utrop.Plans.Plan;
import se.utrop.UtropTest;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsKind;
import se.utrop.news.TestCriteria;
import se.utrop.news.Urgency;

/** What PostgreSQL does for the archive: whatever the filter, it reads no news but those of partial months. */
@UtropTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchivePlanTests {

    private static final ZoneId ZONE = ZoneId.of("Europe/Stockholm");

    private static final int TOPICS = 10;

    private static final int MONTHS = 48;

    private static final int NEWS_A_MONTH = 125;

    private static final Instant SINCE = Instant.parse("2004-03-15T10:00:00Z");

    private static final Instant UNTIL = Instant.parse("2005-08-20T00:00:00Z");

    static final List<NewsCriteria> CRITERIA = List.of(
            of(null, null, Set.of(), Set.of(), null),
            of(SINCE, UNTIL, Set.of(), Set.of(), null),
            of(null, null, Set.of("t3"), Set.of(), null),
            of(null, null, Set.of(), Set.of("t3"), null),
            of(SINCE, null, Set.of("t1", "t2"), Set.of("t3"), null),
            of(null, UNTIL, Set.of(), Set.of("t3"), null),
            of(SINCE, SINCE.plusSeconds(86_400), Set.of(), Set.of("t3"), null),
            of(null, null, Set.of(), Set.of(), "s"),
            TestCriteria.of(
                    null,
                    null,
                    Set.of(),
                    Set.of("t1", "t2"),
                    Set.of(),
                    Set.of(NewsKind.ARTICLE),
                    EnumSet.of(Urgency.ROUTINE, Urgency.BREAKING),
                    null,
                    Set.of()),
            TestCriteria.of(
                    SINCE, UNTIL, Set.of(), Set.of(), Set.of("t3"), Set.of(), Set.of(), null, Set.of(1L, 2L, 3L)));

    private final Plans plans;

    private final Newsroom newsroom;

    ArchivePlanTests(Plans plans, Newsroom newsroom) {
        this.plans = plans;
        this.newsroom = newsroom;
    }

    private static NewsCriteria of(
            @Nullable Instant since,
            @Nullable Instant until,
            Set<String> any,
            Set<String> none,
            @Nullable String series) {
        return TestCriteria.of(since, until, any, Set.of(), none, Set.of(), Set.of(), series, Set.of());
    }

    @BeforeAll
    void fill() {
        newsroom.clear();
        newsroom.run("delete from news_facet where bit_count(bits) = 0; delete from news_count where count = 0");
        newsroom.run("insert into topic (slug, name) select 't' || i, 'Topic ' || i from generate_series(1, %d) i"
                .formatted(TOPICS));
        newsroom.series("s", "Series s");
        newsroom.fillUnsearchable("""
            insert into news (slug, title, summary, published_at, series_id)
            select 'n' || i, 'Titel', repeat('Ingress. ', 30),
                timestamptz '2002-12-31T23:00:00Z' + interval '350 minutes' * i,
                case when i %% 50 = 0 then (select id from series) end
            from generate_series(0, %d) i
            """.formatted(MONTHS * NEWS_A_MONTH - 1), """
            insert into news_topic (news_id, position, topic_id, published_at)
            select n.id, row_number() over (partition by n.id), t.id, n.published_at
            from news n join topic t on n.id % 10 = t.id % 10 or n.id % 7 = t.id % 7
            """);
        newsroom.run("analyze");
    }

    @ParameterizedTest
    @FieldSource("CRITERIA")
    void anArchiveReadsNoNewsButThoseOfPartialMonths(NewsCriteria criteria) throws SQLException {
        for (boolean withTopics : List.of(false, true)) {
            ArchiveRepository.Counts counts = ArchiveRepository.counts(criteria, ZONE, withTopics);
            Plan plan = plans.explain(
                    ArchiveRepository.months(counts.sql()), counts.values(), Set.of("news", "news_topic"));
            assertThat(plan.scans()).as(plan.toString()).isEmpty();
            assertThat(plan.rows()).as(plan.toString()).isLessThan(2 * 2.5 * NEWS_A_MONTH);
            assertThat(plan.pairsInVain()).as(plan.toString()).isLessThan(MONTHS);
            Plan bitmaps = new Plan(plan.node(), Set.of("news_facet", "news_count"));
            assertThat(bitmaps.rows()).as(plan.toString()).isLessThan((TOPICS + 8) * (MONTHS + 2));
        }
    }
}
