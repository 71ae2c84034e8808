/** Full-text search: query parsing, word forms and compounds, synonyms, spelling correction, ranking, and suggestions. */
@NullMarked
package se.utrop.search;

import org.jspecify.annotations.NullMarked;
