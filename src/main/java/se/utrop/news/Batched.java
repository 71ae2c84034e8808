package se.utrop.news;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A question about one of many objects; equal questions are answered by one statement. */
record Batched<Q>(Q question, long key) {

    /** Answers the questions of data loaders of this name; a key without an answer gets null. */
    static <Q, A> void answer(
            BatchLoaderRegistry registry, String name, BiFunction<Q, Collection<Long>, Mono<Map<Long, A>>> answer) {
        registry.<Batched<Q>, A>forName(name).registerMappedBatchLoader((asked, environment) -> answers(asked, answer));
    }

    private static <Q, A> Mono<Map<Batched<Q>, A>> answers(
            Set<Batched<Q>> asked, BiFunction<Q, Collection<Long>, Mono<Map<Long, A>>> answer) {
        Map<Q, Set<Long>> keys = asked.stream()
                .collect(
                        Collectors.groupingBy(Batched::question, Collectors.mapping(Batched::key, Collectors.toSet())));
        return Flux.fromIterable(keys.entrySet())
                .flatMap(group -> answer.apply(group.getKey(), group.getValue())
                        .flatMapIterable(Map::entrySet)
                        .map(found -> Map.entry(new Batched<>(group.getKey(), found.getKey()), found.getValue())))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }
}
