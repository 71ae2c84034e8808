@NullMarked
package se.utrop.news;

import org.jspecify.annotations.NullMarked;
