/** Following of other newsrooms' feeds: polling, WebSub, and the state of each source. */
@NullMarked
package se.utrop.sources;

import org.jspecify.annotations.NullMarked;
