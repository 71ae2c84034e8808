/** The reader's pages in HTML, and the widget for the pages of others: a client that asks by documents like any other. */
@NullMarked
package se.utrop.site;

import org.jspecify.annotations.NullMarked;
