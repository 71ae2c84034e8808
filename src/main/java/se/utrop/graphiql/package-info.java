/** GraphiQL, the in-browser IDE for queries, served only from our own files and from library jars. */
@NullMarked
package se.utrop.graphiql;

import org.jspecify.annotations.NullMarked;
