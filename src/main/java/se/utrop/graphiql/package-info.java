/** GraphiQL, the page to try queries on, from files of our own and of library jars alone. */
@NullMarked
package se.utrop.graphiql;

import org.jspecify.annotations.NullMarked;
