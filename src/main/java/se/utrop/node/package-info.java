/** Relay's object identification: global ids, and the objects behind them. */
@NullMarked
package se.utrop.node;

import org.jspecify.annotations.NullMarked;
