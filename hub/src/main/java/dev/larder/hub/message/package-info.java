/** What modules send: pure data. */
@NullMarked
package dev.larder.hub.message;

import org.jspecify.annotations.NullMarked;
