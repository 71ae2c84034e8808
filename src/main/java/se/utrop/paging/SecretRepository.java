package se.utrop.paging;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
class SecretRepository {

    private final DatabaseClient database;

    SecretRepository(DatabaseClient database) {
        this.database = database;
    }

    Mono<byte[]> find(String name) {
        return database.sql("select value from secret where name = :name")
                .bind("name", name)
                .mapValue(byte[].class)
                .one();
    }
}
