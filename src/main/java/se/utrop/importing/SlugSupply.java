package se.utrop.importing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;
import se.utrop.importing.ImportRepository.Table;
import se.utrop.text.Slug;

/** Assigns slugs that are unique in a table, within one transaction. */
final class SlugSupply {

    private static final int REMEMBERED = 10_000;

    private final ImportRepository repository;
    private final Table table;
    private final Map<String, Integer> nextNumbers = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    SlugSupply(ImportRepository repository, Table table) {
        this.repository = repository;
        this.table = table;
    }

    /** One slug for each wish: the wish itself, or with the next free number behind it. */
    Mono<List<String>> take(List<String> wishes) {
        return Mono.defer(() -> {
            Draw draw = draw(wishes);
            return repository
                    .takenSlugs(table, draw.slugs())
                    .flatMap(taken -> taken.isEmpty() ? accept(draw) : passOver(taken, draw, wishes));
        });
    }

    private record Draw(List<String> slugs, List<Integer> numbers, Map<String, Integer> nextNumbers) {}

    private Draw draw(List<String> wishes) {
        Draw draw = new Draw(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        Set<String> drawn = new HashSet<>();
        for (String wish : wishes) {
            int number = draw.nextNumbers().getOrDefault(wish, nextNumbers.getOrDefault(wish, 1));
            while (!drawn.add(Slug.numbered(wish, number))) {
                number++;
            }
            draw.slugs().add(Slug.numbered(wish, number));
            draw.numbers().add(number);
            draw.nextNumbers().put(wish, number + 1);
        }
        return draw;
    }

    private Mono<List<String>> accept(Draw draw) {
        nextNumbers.putAll(draw.nextNumbers());
        return Mono.just(draw.slugs());
    }

    private Mono<List<String>> passOver(Set<String> taken, Draw draw, List<String> wishes) {
        Map<String, Integer> from = new HashMap<>();
        for (int i = 0; i < wishes.size(); i++) {
            if (taken.contains(draw.slugs().get(i))) {
                from.putIfAbsent(wishes.get(i), draw.numbers().get(i));
            }
        }
        return repository.freeNumbers(table, from).doOnNext(nextNumbers::putAll).then(take(wishes));
    }
}
