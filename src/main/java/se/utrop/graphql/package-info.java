/** GraphQL over HTTP: the endpoint, its errors, scalars and limits. */
@NullMarked
package se.utrop.graphql;

import org.jspecify.annotations.NullMarked;
