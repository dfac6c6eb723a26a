/** Whether the agent lives and the engine answers, and what it counts. */
@NullMarked
package dev.larder.agent.health;

import org.jspecify.annotations.NullMarked;
