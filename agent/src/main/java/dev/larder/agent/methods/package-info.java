/** The agent's direct methods: what is asked of it, and what it answers. Pure. */
@NullMarked
package dev.larder.agent.methods;

import org.jspecify.annotations.NullMarked;
