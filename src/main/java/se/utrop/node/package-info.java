/** Relay's object identification: global ids and the node fields. */
@NullMarked
package se.utrop.node;

import org.jspecify.annotations.NullMarked;
