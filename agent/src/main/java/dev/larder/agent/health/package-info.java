/** Whether the agent lives and the engine answers. */
@NullMarked
package dev.larder.agent.health;

import org.jspecify.annotations.NullMarked;
