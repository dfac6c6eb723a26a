/** How long content counts as the origin's, and what conditional requests mean; pure. */
@NullMarked
package dev.larder.cache.fresh;

import org.jspecify.annotations.NullMarked;
