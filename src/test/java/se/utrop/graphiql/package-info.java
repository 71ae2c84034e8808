@NullMarked
package se.utrop.graphiql;

import org.jspecify.annotations.NullMarked;
