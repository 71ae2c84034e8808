package se.utrop.search;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.search.Expression.Term;
import se.utrop.sql.SelectedColumn;

/** Looks up the words of a search: their lexemes, the forms and compounds of them that occur, and the subjects with their names. */
@Repository
class VocabularyRepository {

    /** What a search's words may stand for altogether, beside themselves: each costs a look into the index. */
    private static final int COMPOUNDS = 40;

    /** The words that are read to find those: of more, the first that the newsroom wrote, which tend to be the common ones. */
    private static final int READ = 4_000;

    /**
     * A part of a compound counts where the rest is a word too: its stem, perhaps with the -s that links it to the part, or
     * without the vowel at its end.
     */
    static final String WORDS = """
        with token as materialized (
            select term.number::integer, place.position::integer, token.lexeme,
                token.lexeme ~ '[0-9:]' or length(token.lexeme) > 60 as uncounted
            from unnest(cast(:terms as text[])) with ordinality as term (text, number)
                cross join search_language language
                cross join lateral unnest(to_tsvector(language.configuration, search_text(term.text))) as token
                cross join lateral unnest(token.positions) as place (position)
        )
        select 'TOKEN' as source, token.number, token.position, null::text as word, token.lexeme,
            case when token.uncounted then cast(:unknown as integer) else m.magnitude end as magnitude,
            null::bigint as key, null::text as slug, null::text as name, null::text as description,
            null::bigint[] as former_keys
        from token cross join lateral (
            select coalesce(max(magnitude), -1) as magnitude from search_word where lexeme = token.lexeme
        ) m
        union all
        select 'FORM', c.number, c.position, f.word, f.lexeme, m.magnitude, null, null, null, null, null
        from unnest(cast(:formTerms as integer[]), cast(:formPositions as integer[]), cast(:forms as text[]))
                as c (number, position, form)
            cross join lateral (
                select distinct word, lexeme from search_form
                where folded = unaccent(c.form) and lexeme is not null limit 10
            ) f
            cross join lateral (
                select coalesce(max(magnitude), 0) as magnitude from search_word where lexeme = f.lexeme
            ) m
        union all
        select c.place, p.number, p.position, c.word, c.lexeme, c.magnitude, null, null, null, null, null
        from unnest(cast(:partTerms as integer[]), cast(:partPositions as integer[]), cast(:parts as text[]),
                cast(:starts as text[]), cast(:strictness as text[]))
                as p (number, position, part, start, strictness)
            cross join lateral (
                select place, word, f.lexeme, m.magnitude
                from (
                    select case when split.rest is not null then 'HEAD' else 'PART' end as place, near.word, near.lexeme
                    from (
                        select word, lexeme, folded,
                            case when p.part = unaccent(p.part) then folded else word end as written
                        from search_form
                        where folded like '%' || unaccent(p.start) || '%' and lexeme is not null
                        limit :read
                    ) near
                    cross join lateral (
                        select
                            (regexp_match(written, '^(..+)' || p.part
                                || '(a|an|or|orna|e|en|et|ar|arna|er|erna|ena|n|na|t)?s?$'))[1] as rest,
                            (regexp_match(written, '^' || p.start || '[aeous]?(...+)$'))[1] as tail
                    ) split
                    where case
                        when p.strictness = 'NONE' then
                            split.rest is not null or split.tail is not null
                            or strpos(written, p.part) > 3 and length(written) - length(p.part) >= 6
                        when split.rest is not null then
                            split.rest !~ '[aeiouyåäö]$' and (
                                p.strictness = 'CONSONANT' or p.strictness = 'STEM' and length(split.rest) >= 5)
                            or exists (
                                select from search_form
                                where folded = any (array[unaccent(split.rest), rtrim(unaccent(split.rest), 's')]))
                            or p.strictness <> 'WORD' and exists (
                                select from search_form
                                where folded = any (array[
                                    unaccent(split.rest) || 'a', unaccent(split.rest) || 'e',
                                    regexp_replace(unaccent(split.rest), '[ou]$', 'a')]))
                        else split.tail is not null and exists (
                                select from search_form where folded = unaccent(split.tail) and lexeme is not null)
                            or p.strictness = 'CONSONANT' and length(split.tail) >= 5 and exists (
                                select from search_form
                                where folded >= left(unaccent(split.tail), 5) and folded < left(unaccent(split.tail), 5) || '~')
                    end
                    limit 400
                ) f
                cross join lateral (
                    select coalesce(max(magnitude), 0) as magnitude from search_word where lexeme = f.lexeme
                ) m
                order by m.magnitude desc, word
                limit :most
            ) c
        union all
        select 'TOPIC', 0, 0, null, null, 0, id, slug, name, description,
            array(select merged.id from merged_topic merged where merged.topic_id = topic.id)
        from topic
        where exists (select from unnest(cast(:names as text[])) as named where strpos(lower(name), named) > 0)
        union all
        select 'SERIES', 0, 0, null, null, 0, id, slug, name, description, '{}'
        from series
        where exists (select from unnest(cast(:names as text[])) as named where strpos(lower(name), named) > 0)
        """;

    /**
     * Spelling correction by symmetric deletes, as in SymSpell: words share a form with one letter deleted. Also what compounds
     * begin with: a word or its stem, perhaps with the -s that links it to the other word. A rare word counts only where a
     * published text holds it, because the vocabulary keeps words of retracted texts.
     *
     * @see <a href="https://github.com/wolfgarbe/SymSpell">SymSpell</a>
     */
    static final String RESEMBLANCES = """
        with word as materialized (
            select number, position, unaccent(text) as folded, search_deletions(unaccent(text)) as deletions
            from unnest(cast(:wordTerms as integer[]), cast(:wordPositions as integer[]), cast(:words as text[]))
                as word (number, position, text)
        )
        select word.number, word.position, f.word, m.magnitude, f.folded, word.folded as written
        from word
            cross join lateral (
                select distinct word, lexeme, folded from search_form f
                where search_deletions(f.folded) && word.deletions and f.folded <> word.folded and f.lexeme is not null
                limit 200
            ) f
            cross join lateral (
                select coalesce(max(magnitude), 0) as magnitude from search_word where lexeme = f.lexeme
            ) m
            cross join lateral (
                select cast('''' || f.lexeme || ''' & !''state:withdrawn''' as tsquery) as query offset 0
            ) q
        where m.magnitude > 8 or (select count(*) from news_search s where s.document @@ q.query) > 0
        union all
        select start.number::integer, null, f.word, 0, null, null
        from unnest(cast(:starts as text[])) with ordinality as start (text, number)
            cross join lateral (
                select distinct word from search_form
                where word = any (array[
                        text, rtrim(text, 's'), text || 'a', text || 'e', regexp_replace(text, '[ou]$', 'a')])
                    and lexeme is not null
            ) f
        """;

    private final DatabaseClient database;

    private final Language language;

    VocabularyRepository(ReadDatabase reads, SearchProperties properties) {
        this.database = DatabaseClient.create(reads.connections());
        this.language = Language.of(properties.language());
    }

    private enum Column implements SelectedColumn {
        SOURCE,
        NUMBER,
        POSITION,
        WORD,
        LEXEME,
        MAGNITUDE,
        KEY,
        SLUG,
        NAME,
        DESCRIPTION,
        FORMER_KEYS;

        @Override
        public String expression() {
            return name();
        }
    }

    /** What these terms may stand for. */
    Mono<Vocabulary> vocabulary(List<Term> terms) {
        List<Word> words = Word.of(terms, language);
        return database.sql(WORDS)
                .bindValues(parameters(terms, words))
                .map(VocabularyRepository::row)
                .all()
                .collectList()
                .map(rows -> new Vocabulary(terms, words, rows));
    }

    static Map<String, Object> parameters(List<Term> terms, List<Word> words) {
        List<Candidate> candidates = words.stream()
                .flatMap(word -> word.candidates().stream().map(form -> new Candidate(word, form)))
                .toList();
        List<Word> parts = words.stream().filter(Word::isPart).toList();
        return Map.ofEntries(
                Map.entry("terms", terms.stream().map(Term::text).toArray(String[]::new)),
                Map.entry("formTerms", numbers(candidates, candidate -> candidate.word.term() + 1)),
                Map.entry("formPositions", numbers(candidates, candidate -> candidate.word.position())),
                Map.entry("forms", texts(candidates, Candidate::form)),
                Map.entry("partTerms", numbers(parts, word -> word.term() + 1)),
                Map.entry("partPositions", numbers(parts, Word::position)),
                Map.entry("parts", texts(parts, Word::part)),
                Map.entry("starts", texts(parts, Word::start)),
                Map.entry("strictness", texts(parts, word -> word.strictness().name())),
                Map.entry("names", texts(words, Word::part)),
                Map.entry("unknown", Form.UNKNOWN_MAGNITUDE),
                Map.entry("most", COMPOUNDS / Math.max(1, words.size())),
                Map.entry("read", READ / Math.max(1, words.size())));
    }

    private record Candidate(Word word, String form) {}

    private static <T> Integer[] numbers(List<T> all, Function<T, Integer> number) {
        return all.stream().map(number).toArray(Integer[]::new);
    }

    private static <T> String[] texts(List<T> all, Function<T, String> text) {
        return all.stream().map(text).toArray(String[]::new);
    }

    private static Vocabulary.Row row(Readable row) {
        Vocabulary.Source source = Vocabulary.Source.valueOf(required(row, Column.SOURCE, String.class));
        String lexeme = optional(row, Column.LEXEME, String.class);
        return lexeme == null
                ? new Vocabulary.Row.Named(new Subject(
                        Subject.Kind.valueOf(source.name()),
                        required(row, Column.KEY, Long.class),
                        List.of(required(row, Column.FORMER_KEYS, Long[].class)),
                        required(row, Column.SLUG, String.class),
                        required(row, Column.NAME, String.class),
                        optional(row, Column.DESCRIPTION, String.class)))
                : new Vocabulary.Row.Found(
                        source,
                        required(row, Column.NUMBER, Integer.class) - 1,
                        required(row, Column.POSITION, Integer.class),
                        Objects.requireNonNullElse(optional(row, Column.WORD, String.class), lexeme),
                        lexeme,
                        required(row, Column.MAGNITUDE, Integer.class));
    }

    /** What these words may be beside themselves: other words of the newsroom, or compounds of two. */
    Mono<Alternatives> alternatives(List<Word> words) {
        CompoundSplits possible = CompoundSplits.possible(words);
        return words.isEmpty()
                ? Mono.just(Alternatives.NONE)
                : database.sql(RESEMBLANCES)
                        .bindValues(parameters(words, possible))
                        .map(VocabularyRepository::resemblance)
                        .all()
                        .collectList()
                        .map(found -> Alternatives.of(words, possible, found));
    }

    static Map<String, Object> parameters(List<Word> words, CompoundSplits possible) {
        return Map.of(
                "wordTerms",
                numbers(words, Word::term),
                "wordPositions",
                numbers(words, Word::position),
                "words",
                texts(words, Word::text),
                "starts",
                texts(possible.all(), CompoundSplits.Split::written));
    }

    private static Resemblance resemblance(Readable row) {
        return new Resemblance(
                required(row, 0, Integer.class),
                row.get(1, Integer.class),
                required(row, 2, String.class),
                required(row, 3, Integer.class),
                row.get(4, String.class),
                row.get(5, String.class));
    }

    /**
     * A word of the newsroom that is like one of a search, or that a compound begins with.
     *
     * @param number that of the term, or of the split
     * @param position null for a split
     * @param folded the word of the newsroom without accents
     * @param written the one of the search without accents
     */
    record Resemblance(
            int number,
            @Nullable Integer position,
            String word,
            int magnitude,
            @Nullable String folded,
            @Nullable String written) {

        boolean isStart() {
            return position == null;
        }

        boolean isTypingErrorOf(Word other) {
            return position != null
                    && folded != null
                    && written != null
                    && number == other.term()
                    && position == other.position()
                    && TypingError.separates(folded, written);
        }
    }
}
