/** Mutations of editors: draft, publish, revise, retract and schedule news, and maintain topics. */
@NullMarked
package se.utrop.editing;

import org.jspecify.annotations.NullMarked;
