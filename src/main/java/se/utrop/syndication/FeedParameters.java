package se.utrop.syndication;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import se.utrop.graphql.Problem;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;
import se.utrop.text.Slug;

/** Reads the parameters of a feed's address. Lists are repeated or separated by commas; an empty value is none. */
final class FeedParameters {

    private static final List<String> NAMES = List.of(
            "topics",
            "allTopics",
            "notTopics",
            "kinds",
            "urgencies",
            "series",
            "from",
            "to",
            "q",
            "limit",
            "after",
            "before");

    private static final int MOST_ENTRIES = 100;

    /** A refusal names no more, and no longer values, so that it stays as short as the request. */
    private static final int MOST_FAULTS = 20;

    private static final int LONGEST_SHOWN = 60;

    private static final String A_SLUG = "a slug, such as kollektivtrafik";

    private final MultiValueMap<String, String> given;

    private final List<String> faults = new ArrayList<>();

    FeedParameters(MultiValueMap<String, String> given) {
        this.given = given;
    }

    FeedRequest read(int highestLimit) {
        given.keySet().stream().filter(name -> !NAMES.contains(name)).forEach(this::unknown);
        FeedRequest request = new FeedRequest(
                slugs("topics"),
                slugs("allTopics"),
                slugs("notTopics"),
                constants("kinds", NewsKind.values()),
                constants("urgencies", Urgency.values()),
                one("series", FeedParameters::slug, A_SLUG),
                one("from", LocalDate::parse, "a day, such as 2022-07-01"),
                one("to", LocalDate::parse, "a day, such as 2022-12-31"),
                one("q", FeedParameters::words, "words"),
                limit(highestLimit),
                one("after", Function.identity(), "a cursor"),
                one("before", Function.identity(), "a cursor"));
        check(request);
        if (!faults.isEmpty()) {
            throw Problem.badInput(faults.stream().distinct().limit(MOST_FAULTS).collect(Collectors.joining("\n")));
        }
        return request;
    }

    private void unknown(String name) {
        faults.add("%s: there is no such parameter; the parameters are %s"
                .formatted(shown(name), String.join(", ", NAMES)));
    }

    private void check(FeedRequest request) {
        if (request.from() != null && request.to() != null && request.from().isAfter(request.to())) {
            faults.add("from, to: from must not be after to");
        }
        if (request.after() != null && request.before() != null) {
            faults.add("after, before: give one of them");
        }
        if (request.before() != null && request.q() != null) {
            faults.add("before, q: a search has no pages backwards; give one of them");
        }
    }

    private List<String> slugs(String name) {
        List<String> slugs = values(name).distinct().sorted().toList();
        slugs.stream().filter(value -> !Slug.isSlug(value)).forEach(value -> bad(name, value, A_SLUG));
        return bounded(name, slugs);
    }

    private List<String> constants(String name, Enum<?>[] constants) {
        List<String> names = Arrays.stream(constants).map(Enum::name).toList();
        TreeSet<String> taken = new TreeSet<>();
        values(name).forEach(value -> {
            String constant = value.toUpperCase(Locale.ROOT);
            if (names.contains(constant)) {
                taken.add(constant);
            } else {
                bad(name, value, String.join(" or ", names));
            }
        });
        return List.copyOf(taken);
    }

    private List<String> bounded(String name, List<String> values) {
        if (values.size() > MOST_ENTRIES) {
            faults.add("%s: at most %d values".formatted(name, MOST_ENTRIES));
        }
        return values;
    }

    private int limit(int highest) {
        Integer limit = one("limit", Integer::valueOf, "a number from 1 to " + highest);
        if (limit != null && (limit < 1 || limit > highest)) {
            bad("limit", limit.toString(), "a number from 1 to " + highest);
        }
        return limit == null ? Math.min(FeedRequest.DEFAULT_LIMIT, highest) : limit;
    }

    private <T> @Nullable T one(String name, Function<String, T> reader, String taken) {
        List<String> values = raw(name).distinct().toList();
        if (values.size() > 1) {
            faults.add(name + ": give one value");
        }
        if (values.isEmpty()) {
            return null;
        }
        try {
            return reader.apply(values.getFirst());
        } catch (DateTimeException | IllegalArgumentException e) {
            bad(name, values.getFirst(), taken);
            return null;
        }
    }

    private static String slug(String text) {
        if (!Slug.isSlug(text)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private Stream<String> values(String name) {
        return raw(name)
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private Stream<String> raw(String name) {
        return given.getOrDefault(name, List.of()).stream()
                .map(value -> Objects.requireNonNullElse(value, "").strip())
                .filter(value -> !value.isEmpty());
    }

    private void bad(String name, String value, String taken) {
        faults.add("%s=%s: it must be %s".formatted(name, shown(value), taken));
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
    }
}
