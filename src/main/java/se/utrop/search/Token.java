package se.utrop.search;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A word of a term, as PostgreSQL's parser splits it.
 *
 * @param position its position in the term; stop words count
 */
record Token(int position, Set<Form> forms) {

    Token or(Token other) {
        Set<Form> either = new LinkedHashSet<>(forms);
        either.addAll(other.forms);
        return new Token(position, either);
    }
}
