package se.utrop.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks Utrop for all kinds of words, and PostgreSQL's plain full-text search for the same, and prints a table. */
final class Searches {

    private static final int PAGE = 20;

    private static final int FURTHER = 20;

    private static final String DOCUMENT = """
        query Search($query: String!, $order: SearchOrder!, $filter: NewsFilter, $after: String) {
          searchNews(query: $query, orderBy: $order, filter: $filter, after: $after) {
            edges { score node { slug title summary publishedAt topics { slug name } } }
            pageInfo { hasNextPage hasPreviousPage endCursor }
          }
        }
        """;

    private static final String LIST = """
        query SearchedList($query: String!, $after: String) {
          news(filter: { search: $query }, after: $after) {
            edges { node { slug title summary publishedAt topics { slug name } } }
            pageInfo { hasNextPage hasPreviousPage endCursor }
          }
        }
        """;

    private static final String SUGGESTIONS = """
        query Suggestions($query: String!) {
          searchSuggestions(prefix: $query) { text kind topic { slug } series { slug } news { slug title } }
        }
        """;

    private static final String PLAIN = """
        select n.slug, n.title, n.summary, n.published_at, array(
            select t.name from news_topic nt join topic t on t.id = nt.topic_id where nt.news_id = n.id)
        from (
            select s.news_id, ts_rank(s.document, q) as rank
            from news_search s, websearch_to_tsquery('swedish', ?) q
            where s.document @@ q
            order by rank desc
            limit 20 offset ?
        ) found join news n on n.id = found.news_id
        order by rank desc
        """;

    private static final String EVERYTHING = """
        query Highlights($query: String!) {
          searchNews(query: $query) {
            edges { score highlights node { slug title summary publishedAt topics { slug name } } }
            totalCount
            pageInfo { hasNextPage endCursor }
          }
        }
        """;

    private static final Kind[] KINDS = {
        new Kind("in nine of ten news", "regionen"),
        new Kind("in half of all news", "vädret"),
        new Kind("in one of 10,000", "komet"),
        new Kind("in none", "ozonlager"),
        new Kind("four common words", "regionen vädret röntgen skärgården"),
        new Kind("one or the other", "komet OR vädret"),
        new Kind("without another", "vädret -regionen"),
        new Kind("phrase", "\"gemensam beredskapsplan\""),
        new Kind("phrase that is nowhere", "\"beredskapsplan gemensam\""),
        new Kind("part of many compounds", "rapport"),
        new Kind("compound", "cykelplatsregister"),
        new Kind("without accents", "skargarden"),
        new Kind("misspelt, common", "beredskpasplan"),
        new Kind("misspelt, rare", "kommeet"),
        new Kind("two of three words, common", "regionen vädret ozonlager"),
        new Kind("two of three words, rare", "komet solförmörkelse ozonlager"),
        new Kind("whole question", "hur många kometer väntas synas på himlen vid polerna"),
        new Kind("compound in the question", "väderrapport"),
        new Kind("rare compound in the question", "kometrapport"),
        new Kind(
                "twenty words",
                "regionen sjukhuset nämnden plan rapport dag vecka stöd linje kurs avtal chef råd film pris karta lokal"
                        + " grupp enhet forum"),
        new Kind(
                "any of twenty",
                "regionen OR sjukhuset OR nämnden OR plan OR rapport OR dag OR vecka OR stöd OR linje OR kurs OR"
                        + " avtal OR chef OR råd OR film OR pris OR karta OR lokal OR grupp OR enhet OR forum"),
        new Kind("common, newest first", "vädret", "NEWEST_FIRST", ""),
        Kind.of("common, in a list", "vädret", LIST),
        Kind.of("rare, in a list", "komet", LIST),
        Kind.of("phrase, in a list", "\"gemensam beredskapsplan\"", LIST),
        Kind.of("phrase that is nowhere, in a list", "\"beredskapsplan gemensam\"", LIST),
        Kind.of("in none, in a list", "ozonlager", LIST),
        Kind.of("suggestions for two letters", "re", SUGGESTIONS),
        Kind.of("suggestions for a word", "beredskaps", SUGGESTIONS),
        Kind.of("suggestions for the beginning of a title", "regionen satsar", SUGGESTIONS),
        Kind.of("no suggestions", "xyz", SUGGESTIONS),
        new Kind(
                "common, of a rare kind",
                "vädret",
                "RELEVANCE",
                "\"kinds\":[\"SITUATION_REPORT\"],\"urgencies\":[\"BREAKING\"],"),
        new Kind(
                "common, of a topic, in a year",
                "vädret",
                "RELEVANCE",
                "\"topics\":{\"anyOf\":[\"sjukhus\"]},\"publishedOn\":{\"from\":\"2010-01-01\",\"to\":\"2010-12-31\"},"),
    };

    private final Options options;

    private final Http http;

    private final Connection database;

    private int asked;

    private Searches(Options options, Http http, Connection database) {
        this.options = options;
        this.http = http;
        this.database = database;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        try (Http http = new Http(options.number("port"));
                Connection database = Database.connect(options.text("postgres"), "utrop", "postgres")) {
            new Searches(options, http, database).run();
        }
    }

    private record Kind(String name, String text, String order, String filter, String document) {

        Kind(String name, String text) {
            this(name, text, "RELEVANCE", "");
        }

        Kind(String name, String text, String order, String filter) {
            this(name, text, order, filter, DOCUMENT);
        }

        static Kind of(String name, String text, String document) {
            return new Kind(name, text, "", "", document);
        }
    }

    /** In milliseconds. */
    private record Times(double median, double p99) {

        static Times of(double[] millis) {
            Arrays.sort(millis);
            return new Times(millis[millis.length / 2], millis[Math.min(millis.length - 1, millis.length * 99 / 100)]);
        }

        String cells() {
            return String.format(Locale.ROOT, "%.1f | %.1f", median, p99);
        }
    }

    private interface Search {
        void ask() throws Exception;
    }

    private void run() throws Exception {
        System.out.printf(
                "%nOne reader on %,d news, no search asked twice: %d searches a kind and page of Utrop, over HTTP; as"
                        + " many of plain full-text search as 5 s hold, by JDBC. In milliseconds.%n%n",
                options.number("news"), options.number("searches"));
        System.out.println(
                "| | search | p50 | p99 | p50, page 21 | p99 | plain p50 | p99 | plain p50, page 21 | p99 |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (Kind kind : KINDS) {
            warmUp(kind);
        }
        for (Kind kind : KINDS) {
            System.out.println(line(kind));
        }
        texts();
    }

    private void texts() throws Exception {
        Texts texts = new Texts();
        int count = options.number("texts");
        double[] millis = new double[count];
        for (int i = 0; i < count; i++) {
            String text = texts.next();
            long start = System.nanoTime();
            http.ask("/graphql", EVERYTHING, "{\"query\":%s,\"number\":%d}".formatted(Texts.quoted(text), asked++));
            millis[i] = (System.nanoTime() - start) / 1e6;
            if (millis[i] > 100) {
                System.err.printf(Locale.ROOT, "%.1f ms: %s%n", millis[i], Texts.quoted(text));
            }
        }
        Times times = Times.of(millis);
        System.out.printf(
                Locale.ROOT,
                "%n%,d random and hostile texts, with highlights and the total: no error; p50 %.1f ms, p99 %.1f ms,"
                        + " the slowest %.1f ms, %d over 200 ms.%n",
                count,
                times.median,
                times.p99,
                millis[count - 1],
                Arrays.stream(millis).filter(time -> time > 200).count());
    }

    private void warmUp(Kind kind) throws Exception {
        for (int i = 0; i < options.number("warmup"); i++) {
            utrop(kind, "null");
        }
    }

    private String line(Kind kind) throws Exception {
        String first = measured(() -> utrop(kind, "null"), options.number("searches"), 60)
                .cells();
        String cursor = further(kind);
        String further = cursor.equals("null")
                ? "– | –"
                : measured(() -> utrop(kind, cursor), options.number("searches"), 60)
                        .cells();
        boolean comparable = kind.filter.isEmpty() && kind.order.equals("RELEVANCE");
        String plain = !comparable
                ? "– | – | – | –"
                : measured(() -> plain(kind, 0), options.number("searches"), 5).cells() + " | "
                        + measured(() -> plain(kind, PAGE * FURTHER), options.number("searches"), 5)
                                .cells();
        return "| %s | `%s` | %s | %s | %s |".formatted(kind.name, kind.text, first, further, plain);
    }

    private Times measured(Search search, int most, int seconds) throws Exception {
        double[] millis = new double[most];
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int count = 0;
        while (count < most && (count == 0 || System.nanoTime() < end)) {
            long start = System.nanoTime();
            search.ask();
            millis[count++] = (System.nanoTime() - start) / 1e6;
        }
        return Times.of(Arrays.copyOf(millis, count));
    }

    /** The cursor 20 pages on; null where there are not so many. */
    private String further(Kind kind) throws Exception {
        String cursor = "null";
        if (kind.document.equals(SUGGESTIONS)) {
            return "null";
        }
        for (int page = 0; page < FURTHER; page++) {
            String answer = utrop(kind, cursor);
            if (answer.contains("\"hasNextPage\":false")) {
                return "null";
            }
            Matcher end = Pattern.compile("\"endCursor\":(\"[^\"]*\")").matcher(answer);
            if (!end.find()) {
                throw new IOException("No cursor in " + answer);
            }
            cursor = end.group(1);
        }
        return cursor;
    }

    /** A variable that nobody reads makes it a question that nobody has asked. */
    private String utrop(Kind kind, String after) throws Exception {
        String filter = kind.filter.isEmpty() ? "" : kind.filter.substring(0, kind.filter.length() - 1);
        return http.ask(
                "/graphql",
                kind.document,
                "{\"query\":\"%s\",\"order\":\"%s\",\"filter\":{%s},\"after\":%s,\"number\":%d}"
                        .formatted(kind.text.replace("\"", "\\\""), kind.order, filter, after, asked++));
    }

    private void plain(Kind kind, int offset) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(PLAIN)) {
            statement.setString(1, kind.text);
            statement.setInt(2, offset);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    found.getString(1);
                }
            }
        }
    }
}
