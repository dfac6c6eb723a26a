/** Blocking work on virtual threads, its outcome back on the event loop. */
@NullMarked
package dev.larder.cloud.thread;

import org.jspecify.annotations.NullMarked;
