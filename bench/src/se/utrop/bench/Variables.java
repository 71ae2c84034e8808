package se.utrop.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What the documents ask for. All is computed from a number, so that nothing is asked twice but on purpose. */
final class Variables {

    /** No news item is published later. */
    static final Instant AFTER_ALL = Instant.parse("2030-01-01T00:00:00Z");

    private static final List<String> TOPICS = List.of(
            "kollektivtrafik",
            "sjukhus",
            "vardcentraler",
            "tandvard",
            "vaccination",
            "psykiatri",
            "kultur",
            "bibliotek",
            "miljo",
            "klimat",
            "forskning",
            "utbildning",
            "naringsliv",
            "budget",
            "politik");

    private static final LocalDate FIRST_DAY = LocalDate.of(2006, 1, 1);
    private static final int DAYS = 20 * 365;
    private static final ZoneId ZONE = ZoneId.of("Europe/Stockholm");

    private final boolean postgraphile;
    private final int news;
    private final List<String> cursors;

    /** @param cursors of the list of all news, from the end of page 4,999 on */
    Variables(boolean postgraphile, int news, List<String> cursors) {
        this.postgraphile = postgraphile;
        this.news = news;
        this.cursors = cursors;
    }

    String hot(Scenario scenario) {
        return switch (scenario.name()) {
            case "topic" -> topic(TOPICS.getFirst(), LocalDate.of(2023, 1, 1), LocalDate.of(2023, 12, 31));
            case "deep" -> after(0);
            case "item" -> slug(news / 2);
            default -> "{}";
        };
    }

    List<String> cold(Scenario scenario, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(number -> cold(scenario, number))
                .toList();
    }

    /** How often the question can be asked anew. */
    int supply(Scenario scenario) {
        return switch (scenario.name()) {
            case "deep" -> cursors.size() - 1;
            case "item" -> news;
            default -> Integer.MAX_VALUE;
        };
    }

    private String cold(Scenario scenario, int number) {
        return switch (scenario.name()) {
            case "front" -> until(AFTER_ALL.plusMillis(number));
            case "topic" -> topic(number);
            case "deep" -> after(1 + number % (cursors.size() - 1));
            case "item" -> slug(1 + number * 7919L % news);
            case "archive" -> since(number);
            default -> throw new IllegalArgumentException(scenario.name());
        };
    }

    private String until(Instant until) {
        return "{\"filter\":{\"publishedAt\":{\"%s\":\"%s\"}}}".formatted(postgraphile ? "lessThan" : "until", until);
    }

    private String topic(int number) {
        SplittableRandom random = new SplittableRandom(number);
        LocalDate from = FIRST_DAY.plusDays(random.nextInt(DAYS - 400));
        return topic(TOPICS.get(random.nextInt(TOPICS.size())), from, from.plusDays(30 + random.nextInt(370)));
    }

    private String topic(String slug, LocalDate from, LocalDate to) {
        return "{\"topic\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}"
                .formatted(
                        slug,
                        postgraphile ? from.atStartOfDay(ZONE).toInstant() : from,
                        postgraphile ? to.plusDays(1).atStartOfDay(ZONE).toInstant() : to);
    }

    private String after(int cursor) {
        return "{\"after\":\"%s\"}".formatted(cursors.get(cursor));
    }

    private String since(int number) {
        Duration later = Duration.ofMillis(
                new SplittableRandom(number).nextLong(Duration.ofDays(DAYS).toMillis()));
        Instant since = FIRST_DAY.atStartOfDay(ZONE).toInstant().plus(later);
        return (postgraphile ? "{\"since\":\"%s\"}" : "{\"filter\":{\"publishedAt\":{\"since\":\"%s\"}}}")
                .formatted(since);
    }

    private static String slug(long number) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5")
                    .digest(Long.toString(number).getBytes(StandardCharsets.UTF_8));
            return "{\"slug\":\"n%s\"}".formatted(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
