/** Looks at the engine, plans, runs the steps, and looks again. */
@NullMarked
package dev.larder.agent.converge;

import org.jspecify.annotations.NullMarked;
