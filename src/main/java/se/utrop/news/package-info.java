/** News: filtered, ordered, page by page, with the record of their revisions. */
@NullMarked
package se.utrop.news;

import org.jspecify.annotations.NullMarked;
