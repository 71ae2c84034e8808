/** Search: what people write, what the newsroom's words make of it, and the news that it finds. */
@NullMarked
package se.utrop.search;

import org.jspecify.annotations.NullMarked;
