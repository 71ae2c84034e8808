/** GraphQL over HTTP: answers, kept for as long as they are true, in the forms that browsers and CDNs know. */
@NullMarked
package se.utrop.http;

import org.jspecify.annotations.NullMarked;
