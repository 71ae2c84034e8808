package se.utrop.search;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Expression.Term;
import se.utrop.search.Form.Kind;

/** What the words of an expression may stand for: the lexemes of the search index, and the subjects with their names. */
final class Vocabulary {

    /** A lexeme that is so short says nothing of a word that is so long. */
    private static final int SHORT_LEXEME = 3;

    private static final int LONG_WORD = 6;

    private final List<Word> words;

    private final List<Subject> subjects;

    private final List<Row.Found> found;

    private final Map<Term, SortedMap<Integer, Token>> tokens;

    Vocabulary(List<Term> terms, List<Word> words, Collection<Row> rows) {
        this.words = words;
        this.found = rows.stream()
                .filter(Row.Found.class::isInstance)
                .map(Row.Found.class::cast)
                .toList();
        this.tokens = new HashMap<>();
        found.stream().filter(row -> row.source == Source.TOKEN).forEach(row -> add(terms, token(row)));
        List<Word> meant = words.stream().filter(word -> isMeant(terms, word)).toList();
        this.subjects = named(rows, meant);
        meant.forEach(word -> forms(word)
                .sorted(Comparator.comparing(Form::kind))
                .forEach(form -> add(terms, new Entry(word.term(), word.position(), form))));
    }

    private Vocabulary(Vocabulary other) {
        this.words = other.words;
        this.subjects = other.subjects;
        this.found = other.found;
        this.tokens = new HashMap<>();
        other.tokens.forEach((term, places) -> tokens.put(term, new TreeMap<>(places)));
    }

    /** This and what another says of other terms. */
    Vocabulary and(Vocabulary other) {
        Vocabulary both = new Vocabulary(this);
        other.tokens.forEach(both.tokens::putIfAbsent);
        return both;
    }

    private void add(List<Term> counted, Entry entry) {
        tokens.computeIfAbsent(counted.get(entry.term()), term -> new TreeMap<>())
                .merge(entry.position(), new Token(entry.position(), Set.of(entry.form())), Token::or);
    }

    /** The stemmer leaves three letters of some names: they stand for the name only if it occurs. */
    private Entry token(Row.Found token) {
        boolean isUnlikely = token.lexeme.length() <= SHORT_LEXEME
                && found.stream()
                        .noneMatch(
                                row -> row.source == Source.FORM && row.isAt(token) && row.lexeme.equals(token.lexeme));
        String written = words.stream()
                .filter(token::isOf)
                .map(Word::text)
                .filter(text -> isUnlikely && text.length() >= LONG_WORD)
                .findFirst()
                .orElse(token.lexeme);
        return new Entry(token.term, token.position, new Form(written, Kind.WHOLE, token.magnitude));
    }

    /** Whether the word means something by itself, as {@code och} doesn't. */
    private boolean isMeant(List<Term> terms, Word word) {
        SortedMap<Integer, Token> places = tokens.get(terms.get(word.term()));
        return places != null && places.containsKey(word.position());
    }

    private static List<Subject> named(Collection<Row> rows, List<Word> words) {
        return rows.stream()
                .filter(Row.Named.class::isInstance)
                .map(row -> ((Row.Named) row).subject)
                .filter(subject -> words.stream().anyMatch(subject::isNamed))
                .sorted(Comparator.comparingDouble((Subject subject) -> -subject.share(words))
                        .thenComparing(Subject::name))
                .toList();
    }

    private Stream<Form> forms(Word word) {
        Stream<Form> lexemes = found.stream()
                .filter(row -> row.isOf(word))
                .flatMap(row ->
                        Stream.ofNullable(row.kind(word)).map(kind -> new Form(row.lexeme, kind, row.magnitude)));
        Stream<Form> named = subjects.stream()
                .filter(subject -> subject.isNamed(word))
                .flatMap(Subject::lexemes)
                .map(lexeme -> new Form(lexeme, Kind.SUBJECT, Form.UNKNOWN_MAGNITUDE));
        return Stream.concat(lexemes, named);
    }

    /** The topics and series whose name holds words of the expression, the best first. */
    List<Subject> subjects() {
        return subjects;
    }

    List<Word> words() {
        return words;
    }

    /** Whether some text holds a form of the word or a compound of it, as far as anything is known of such words. */
    boolean occurs(Word word) {
        return found.stream().anyMatch(row -> row.isOf(word) && row.kind(word) != null);
    }

    /** Without those words that mean nothing by themselves. */
    List<Token> tokens(Term term) {
        SortedMap<Integer, Token> places = tokens.get(term);
        return places == null ? List.of() : List.copyOf(places.values());
    }

    /** A form of the word at a position of the term of this number. */
    record Entry(int term, int position, Form form) {}

    enum Source {
        /** The lexeme of the word as it is written. */
        TOKEN,
        /** A form of the word. */
        FORM,
        /** A compound with the word as its head. */
        HEAD,
        /** Another compound of the word. */
        PART,
        TOPIC,
        SERIES
    }

    /** What was looked up. */
    sealed interface Row {

        /** A subject whose name may hold words of the expression. */
        record Named(Subject subject) implements Row {}

        /**
         * A word of the newsroom.
         *
         * @param term the number of the term
         */
        record Found(Source source, int term, int position, String word, String lexeme, int magnitude) implements Row {

            boolean isOf(Word other) {
                return term == other.term() && position == other.position();
            }

            boolean isAt(Found other) {
                return term == other.term && position == other.position;
            }

            /** What the word of the newsroom is to the one of the expression; null if it is nothing. */
            @Nullable
            Kind kind(Word written) {
                return switch (source) {
                    case FORM -> written.hasForm(word) ? Kind.WHOLE : written.isFolded() ? Kind.FOLDED : null;
                    case HEAD, PART -> written.hasForm(word) ? null : compound(written);
                    default -> null;
                };
            }

            private Kind compound(Word written) {
                if (!Accents.folded(word).contains(written.part())) {
                    return Kind.FOLDED_PART;
                }
                return source == Source.HEAD ? Kind.HEAD : Kind.PART;
            }
        }
    }
}
