/** Notes what the agent pulled, and removes it from the engine when it may go. */
@NullMarked
package dev.larder.agent.sweep;

import org.jspecify.annotations.NullMarked;
