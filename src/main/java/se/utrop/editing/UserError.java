package se.utrop.editing;

import java.util.List;

/** What the editor can put right; {@code path} points into the input. */
record UserError(UserErrorCode code, String message, List<String> path) {}
