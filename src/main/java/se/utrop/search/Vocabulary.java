package se.utrop.search;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import se.utrop.search.Expression.Term;

/** The lexemes of the search index that the words of an expression may stand for. */
final class Vocabulary {

    private final Map<Term, SortedMap<Integer, Token>> tokens = new HashMap<>();

    Vocabulary(List<Term> terms, Collection<Entry> entries) {
        add(terms, entries);
    }

    /** The same, with these entries too, whose terms count in this list. */
    Vocabulary with(List<Term> counted, Collection<Entry> entries) {
        Vocabulary wider = new Vocabulary(List.of(), List.of());
        tokens.forEach((term, places) -> wider.tokens.put(term, new TreeMap<>(places)));
        wider.add(counted, entries);
        return wider;
    }

    private void add(List<Term> counted, Collection<Entry> entries) {
        for (Entry entry : entries) {
            tokens.computeIfAbsent(counted.get(entry.term()), term -> new TreeMap<>())
                    .merge(entry.position(), new Token(entry.position(), Set.of(entry.form())), Token::or);
        }
    }

    /** Without those words that mean nothing by themselves, as {@code och} doesn't. */
    List<Token> tokens(Term term) {
        SortedMap<Integer, Token> places = tokens.get(term);
        return places == null ? List.of() : List.copyOf(places.values());
    }

    /** A form of the word at a position of the term of this number. */
    record Entry(int term, int position, Form form) {}
}
