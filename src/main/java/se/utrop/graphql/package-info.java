/** GraphQL execution, whatever the transport: documents, admission control, limits, errors and scalars. */
@NullMarked
package se.utrop.graphql;

import org.jspecify.annotations.NullMarked;
