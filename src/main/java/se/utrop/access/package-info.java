/** Who may do what: tokens of an issuer, or of a key of this newsroom's own, and what is refused without one. */
@NullMarked
package se.utrop.access;

import org.jspecify.annotations.NullMarked;
