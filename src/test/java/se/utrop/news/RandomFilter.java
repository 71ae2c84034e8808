package se.utrop.news;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.Newsroom;

/** A filter, and the plain condition that says the same: slugs of topics are of {@code a} to {@code d}, of series {@code r} and {@code s}. */
public record RandomFilter(
        List<String> anyOf,
        List<String> allOf,
        List<String> noneOf,
        List<String> kinds,
        List<String> urgencies,
        @Nullable String series,
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        @Nullable Instant since,
        @Nullable Instant until,
        List<Long> ids,
        boolean includeWithdrawn,
        @Nullable String search) {

    private static final List<String> SEARCHES = List.of(
            "ingress", "titel n1", "n1 OR n2 OR n3 OR n5 OR n7", "titel -n2 -n4", "\"titel n3\"", "n5 titel", "ord");

    private static final List<String> TOPICS = List.of("a", "b", "c", "d");

    private static final List<String> UNKNOWN_TOO = List.of("a", "b", "c", "d", "unknown");

    private static final Long UNKNOWN_KEY = 999_999_999_999L;

    /** News on which these filters differ. */
    public static void fill(Newsroom newsroom, Random random, int size) {
        TOPICS.forEach(topic -> newsroom.topic(topic, "Topic " + topic));
        newsroom.series("s", "Series s");
        newsroom.series("r", "Series r");
        for (int i = 0; i < size; i++) {
            newsroom.news(
                    "n" + i,
                    Instant.parse("2022-10-28T20:00:00Z").plusSeconds(3600L * 3 * random.nextInt(40)),
                    random.nextInt(4) == 0 ? "SITUATION_REPORT" : "ARTICLE",
                    List.of("ROUTINE", "ROUTINE", "IMPORTANT", "BREAKING").get(random.nextInt(4)),
                    Arrays.asList("s", "r", null, null).get(random.nextInt(4)),
                    some(random, TOPICS, 3).toArray(String[]::new));
        }
    }

    public static RandomFilter none() {
        return new RandomFilter(
                List.of(), List.of(), List.of(), List.of(), List.of(), null, null, null, null, null, List.of(), false,
                null);
    }

    /** Of a newsroom that has been filled: some filters name some of its news. */
    public static RandomFilter of(Random random, Newsroom newsroom) {
        LocalDate from = random.nextInt(3) == 0 ? LocalDate.of(2022, 10, 28).plusDays(random.nextInt(5)) : null;
        Instant since = random.nextInt(4) == 0
                ? Instant.parse("2022-10-29T20:00:00Z").plusSeconds(3600L * random.nextInt(40))
                : null;
        return new RandomFilter(
                random.nextBoolean() ? some(random, UNKNOWN_TOO, 3) : List.of(),
                random.nextInt(3) == 0 ? some(random, TOPICS, 2) : List.of(),
                random.nextInt(3) == 0 ? some(random, UNKNOWN_TOO, 2) : List.of(),
                some(random, List.of("ARTICLE", "SITUATION_REPORT"), random.nextInt(3)),
                some(random, List.of("ROUTINE", "IMPORTANT", "BREAKING"), random.nextInt(4)),
                random.nextInt(5) == 0 ? List.of("s", "r", "unknown").get(random.nextInt(3)) : null,
                from,
                from != null && random.nextBoolean() ? from.plusDays(random.nextInt(3)) : null,
                since,
                since != null && random.nextBoolean() ? since.plusSeconds(3600L * 30) : null,
                random.nextInt(4) == 0 ? ids(random, newsroom) : List.of(),
                random.nextInt(4) == 0,
                random.nextInt(3) == 0 ? SEARCHES.get(random.nextInt(SEARCHES.size())) : null);
    }

    private static List<Long> ids(Random random, Newsroom newsroom) {
        List<Long> keys = new ArrayList<>(newsroom.ask("select id from news order by id", Long.class));
        keys.add(UNKNOWN_KEY);
        return some(random, keys, keys.size());
    }

    public Map<String, Object> input() {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("topics", Map.of("anyOf", anyOf, "allOf", allOf, "noneOf", noneOf));
        input.put("kinds", kinds);
        input.put("urgencies", urgencies);
        input.put("series", series);
        input.put("publishedOn", range("from", from, "to", to));
        input.put("publishedAt", range("since", since, "until", until));
        input.put("ids", ids.stream().map(News::id).toList());
        input.put("includeWithdrawn", includeWithdrawn);
        input.put("search", search);
        return input;
    }

    private static @Nullable Map<String, Object> range(
            String startName, @Nullable Object start, String endName, @Nullable Object end) {
        if (start == null) {
            return null;
        }
        return end == null
                ? Map.of(startName, start.toString())
                : Map.of(startName, start.toString(), endName, end.toString());
    }

    public List<String> oracle(Newsroom newsroom, boolean newestFirst) {
        String direction = newestFirst ? "desc" : "asc";
        return newsroom.ask(
                "select slug from (select n.*, array(select t.slug::text from news_topic nt join topic t on t.id ="
                        + " nt.topic_id where nt.news_id = n.id) as topics, (select s.slug from series s where s.id ="
                        + " n.series_id) as series, (n.published_at at time zone 'Europe/Stockholm')::date as day from"
                        + " news n) n where true"
                        + in("topics && array[%s]::text[]", anyOf)
                        + in("topics @> array[%s]::text[]", allOf)
                        + in("not topics && array[%s]::text[]", noneOf)
                        + in("kind in (%s)", kinds)
                        + in("urgency in (%s)", urgencies)
                        + in("id in (%s)", ids)
                        + (includeWithdrawn ? "" : " and withdrawn_at is null")
                        + compare("series = '%s'", series)
                        + compare("day >= '%s'", from)
                        + compare("day <= '%s'", to)
                        + compare("published_at >= '%s'", since)
                        + compare("published_at < '%s'", until)
                        + compare(
                                "to_tsvector('swedish', title || ' ' || summary) @@ websearch_to_tsquery('swedish',"
                                        + " '%s')",
                                search)
                        + " order by published_at " + direction + ", id " + direction,
                String.class);
    }

    private static String in(String condition, List<?> values) {
        return values.isEmpty()
                ? ""
                : " and "
                        + condition.formatted(
                                values.stream().map(value -> "'" + value + "'").collect(Collectors.joining(", ")));
    }

    private static String compare(String condition, @Nullable Object value) {
        return value == null ? "" : " and " + condition.formatted(value);
    }

    private static <T> List<T> some(Random random, List<T> from, int most) {
        List<T> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, random.nextInt(most + 1));
    }
}
