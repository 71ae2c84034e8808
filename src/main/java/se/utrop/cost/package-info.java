/** Query cost analysis, and rate limiting by cost for each client. */
@NullMarked
package se.utrop.cost;

import org.jspecify.annotations.NullMarked;
