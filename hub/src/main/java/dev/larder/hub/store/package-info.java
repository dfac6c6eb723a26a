/**
 * The shell of the log: one thread that owns the queues' files. Their form: {@link
 * dev.larder.hub.log}.
 */
@NullMarked
package dev.larder.hub.store;

import org.jspecify.annotations.NullMarked;
