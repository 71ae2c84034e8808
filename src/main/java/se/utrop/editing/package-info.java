/** What editors do: publish, revise, retract and schedule news, and name topics. */
@NullMarked
package se.utrop.editing;

import org.jspecify.annotations.NullMarked;
