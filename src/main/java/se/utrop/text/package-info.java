/** Text: normal forms, slugs, Markdown and safe HTML. */
@NullMarked
package se.utrop.text;

import org.jspecify.annotations.NullMarked;
