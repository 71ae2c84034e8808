/** Authentication and authorisation: tokens of an issuer or of a local key, and their scopes. */
@NullMarked
package se.utrop.access;

import org.jspecify.annotations.NullMarked;
