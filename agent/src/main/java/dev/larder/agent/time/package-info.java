/** The latest time that is known to have been, for a machine whose clock may be wrong. */
@NullMarked
package dev.larder.agent.time;

import org.jspecify.annotations.NullMarked;
