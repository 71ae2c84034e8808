package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** A transaction is repeated where that can mend it, a few times, and never otherwise. */
@UtropTest
class RepetitionTests {

    private final Api api;
    private final Newsroom newsroom;
    private final Statements statements;

    RepetitionTests(Api api, Newsroom newsroom, Statements statements) {
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.run("create sequence attempt");
    }

    @AfterEach
    void mend() {
        newsroom.run("drop trigger fail on audit; drop function fail_audit; drop sequence attempt");
    }

    /** The first so many audits fail. */
    private void fail(int times, String errorCode) {
        newsroom.run("""
            create function fail_audit() returns trigger language plpgsql as $$
            begin
                if nextval('attempt') <= %d then
                    raise exception 'refused by the test' using errcode = '%s';
                end if;
                return new;
            end
            $$;
            create trigger fail before insert on audit for each row execute function fail_audit()\
            """.formatted(times, errorCode));
    }

    private JsonNode publish() {
        statements.forget();
        return api.with(Tokens.ofEditor())
                .answer(Editor.document("publishNews"), Map.of("input", Map.of("news", content("Titel"))));
    }

    private long attempts() {
        return statements.sent().stream()
                .filter(statement -> statement.contains("insert into audit"))
                .count();
    }

    @ParameterizedTest
    @CsvSource({"check_violation, 1", "not_null_violation, 1", "raise_exception, 1", "unique_violation, 4", "40P01, 4"})
    void whatAlwaysFailsIsToldWithAReference(String errorCode, int attempts) {
        fail(1_000, errorCode);
        JsonNode error = publish().at("/errors/0");
        assertThat(error.at("/extensions/code").asString()).isEqualTo("INTERNAL");
        assertThat(error.at("/message").asString())
                .contains(error.at("/extensions/reference").asString());
        assertThat(attempts()).isEqualTo(attempts);
        assertThat(newsroom.ask("select count(*)::int from news", Integer.class))
                .containsExactly(0);
    }

    @ParameterizedTest
    @CsvSource({"unique_violation", "foreign_key_violation", "serialization_failure", "40P01"})
    void aRaceIsRunAgain(String errorCode) {
        fail(2, errorCode);
        assertThat(publish().at("/data/payload/news/slug").asString()).isEqualTo("titel");
        assertThat(attempts()).isEqualTo(3);
    }
}
