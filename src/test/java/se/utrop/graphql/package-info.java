@NullMarked
package se.utrop.graphql;

import org.jspecify.annotations.NullMarked;
