/** The GraphQL engine: documents, execution, limits, errors and scalars, whatever the transport. */
@NullMarked
package se.utrop.graphql;

import org.jspecify.annotations.NullMarked;
