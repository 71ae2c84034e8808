/** News: filters, order, pages, and their revisions. */
@NullMarked
package se.utrop.news;

import org.jspecify.annotations.NullMarked;
