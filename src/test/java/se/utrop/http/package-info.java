@NullMarked
package se.utrop.http;

import org.jspecify.annotations.NullMarked;
