package se.utrop.search;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A word of a term, as PostgreSQL's parser splits it.
 *
 * @param position its position in the term; stop words count
 */
record Token(int position, Set<Form> forms) {

    private boolean has(String lexeme) {
        return forms.stream().anyMatch(form -> form.lexeme().equals(lexeme));
    }

    /** Of two forms with one lexeme the first counts. */
    Token or(Token other) {
        Set<Form> either = new LinkedHashSet<>(forms);
        other.forms.stream().filter(form -> !has(form.lexeme())).forEach(either::add);
        return new Token(position, either);
    }
}
