@NullMarked
package se.utrop.server;

import org.jspecify.annotations.NullMarked;
