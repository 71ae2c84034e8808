/** What operations cost, and what each client may still ask for. */
@NullMarked
package se.utrop.cost;

import org.jspecify.annotations.NullMarked;
