package se.utrop.editing;

import static se.utrop.sql.Columns.required;

import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.search.Synonyms;

@Repository
class SynonymEditingRepository {

    private final DatabaseClient database;

    SynonymEditingRepository(DatabaseClient database) {
        this.database = database;
    }

    /** Keeps other editors from changing synonyms until the transaction ends. */
    Mono<Void> lock() {
        return database.sql("select pg_advisory_xact_lock(hashtextextended(current_schema || ' utrop synonyms', 0))")
                .then();
    }

    /** The number of other words that have synonyms. */
    Mono<Integer> others(String word) {
        return database.sql("select count(*)::integer from search_synonym where word <> :word")
                .bind("word", word)
                .mapValue(Integer.class)
                .one();
    }

    Mono<Void> set(Synonyms synonyms) {
        return database.sql("""
            insert into search_synonym (word, synonyms, two_way) values (:word, :synonyms, :twoWay)
            on conflict (word) do update set synonyms = excluded.synonyms, two_way = excluded.two_way\
            """)
                .bind("word", synonyms.word())
                .bind("synonyms", synonyms.synonyms().toArray(String[]::new))
                .bind("twoWay", synonyms.twoWay())
                .then();
    }

    /** False where the word had none. */
    Mono<Boolean> delete(String word) {
        return database.sql("delete from search_synonym where word = :word")
                .bind("word", word)
                .fetch()
                .rowsUpdated()
                .map(deleted -> deleted > 0);
    }

    Mono<Synonyms> find(String word) {
        return database.sql("select synonyms, two_way from search_synonym where word = :word")
                .bind("word", word)
                .map(row ->
                        new Synonyms(word, List.of(required(row, 0, String[].class)), required(row, 1, Boolean.class)))
                .one();
    }
}
