/** Text as the newsroom writes it: in normal form, as a slug, as safe HTML. */
@NullMarked
package se.utrop.text;

import org.jspecify.annotations.NullMarked;
