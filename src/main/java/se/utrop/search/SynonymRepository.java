package se.utrop.search;

import static se.utrop.sql.Columns.required;

import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import se.utrop.database.ReadDatabase;

@Repository
class SynonymRepository {

    private final DatabaseClient database;

    SynonymRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
    }

    /** All synonyms, in Swedish alphabetical order. */
    Flux<Synonyms> all() {
        return database.sql("""
            select word, synonyms, two_way from search_synonym order by word collate "sv-SE-x-icu"
            """)
                .map(row -> new Synonyms(
                        required(row, 0, String.class),
                        List.of(required(row, 1, String[].class)),
                        required(row, 2, Boolean.class)))
                .all();
    }
}
