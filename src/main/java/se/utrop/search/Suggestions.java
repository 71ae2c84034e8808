package se.utrop.search;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.SelectedField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.news.News;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;
import se.utrop.node.NodeSource;
import se.utrop.search.SearchSuggestion.Kind;
import se.utrop.search.SuggestionRepository.Found;
import se.utrop.series.Series;
import se.utrop.text.Characters;
import se.utrop.topic.Topic;

/** Completes what somebody types into a search box, by what is published now. */
@Component
class Suggestions {

    /** In characters: what is longer is no beginning of anything. */
    private static final int LONGEST = 100;

    /** Control characters and halves of surrogate pairs, which the database doesn't take. */
    private static final Pattern UNSENT = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private static final Map<Kind, Character> TYPES =
            Map.of(Kind.TOPIC, Topic.TYPE, Kind.SERIES, Series.TYPE, Kind.NEWS, News.TYPE);

    private final SuggestionRepository repository;

    private final Map<Character, NodeSource> nodes;

    Suggestions(SuggestionRepository repository, List<NodeSource> nodes) {
        this.repository = repository;
        this.nodes = nodes.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
    }

    /** The selected fields of the environment are read of topics, series and news. */
    Mono<List<SearchSuggestion>> of(String prefix, int first, DataFetchingEnvironment environment) {
        String typed = Characters.name(
                        UNSENT.matcher(QueryReader.normal(prefix)).replaceAll(" "))
                .toLowerCase(Locale.ROOT);
        return typed.isEmpty() || typed.length() > LONGEST
                ? Mono.just(List.of())
                : repository
                        .find(typed, lastWord(typed), first)
                        .flatMap(found -> read(some(found, first), environment));
    }

    private static String lastWord(String typed) {
        List<String> words = QueryReader.words(typed);
        return words.isEmpty() || !typed.endsWith(words.getLast()) ? "" : words.getLast();
    }

    /** A quarter is left to news, where there are as many. */
    private static List<Found> some(List<Found> found, int first) {
        long news = found.stream().filter(one -> one.kind() == Kind.NEWS).count();
        return Stream.concat(
                        found.stream().filter(one -> one.kind() != Kind.NEWS).limit(first - Math.min(news, first / 4)),
                        found.stream().filter(one -> one.kind() == Kind.NEWS))
                .limit(first)
                .toList();
    }

    private Mono<List<SearchSuggestion>> read(List<Found> found, DataFetchingEnvironment environment) {
        return Flux.fromIterable(TYPES.keySet())
                .concatMap(kind -> nodes(kind, found, environment))
                .cast(Node.class)
                .collectMap(Node::id)
                .map(read -> found.stream().map(one -> suggestion(one, read)).toList());
    }

    private Flux<? extends Node> nodes(Kind kind, List<Found> found, DataFetchingEnvironment environment) {
        List<Long> keys =
                found.stream().filter(one -> one.kind() == kind).map(Found::key).toList();
        NodeSource source = nodes.get(TYPES.get(kind));
        SelectedField field = selected(kind.name().toLowerCase(Locale.ROOT), environment);
        return keys.isEmpty() || source == null || field == null
                ? Flux.empty()
                : source.byKeys(keys, field.getSelectionSet());
    }

    private static @Nullable SelectedField selected(String name, DataFetchingEnvironment environment) {
        return environment.getSelectionSet().getImmediateFields().stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static SearchSuggestion suggestion(Found found, Map<String, Node> read) {
        return new SearchSuggestion(
                found.text(),
                found.kind(),
                node(Kind.TOPIC, Topic.class, found, read),
                node(Kind.SERIES, Series.class, found, read),
                node(Kind.NEWS, News.class, found, read));
    }

    private static <T extends Node> @Nullable T node(Kind kind, Class<T> type, Found found, Map<String, Node> read) {
        Character letter = TYPES.get(kind);
        return found.kind() != kind || letter == null
                ? null
                : type.cast(read.get(new GlobalId(letter, found.key()).toString()));
    }
}
