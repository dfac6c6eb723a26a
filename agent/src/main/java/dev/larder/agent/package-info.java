/** The agent: makes a node's containers what the cloud's manifest says. */
@NullMarked
package dev.larder.agent;

import org.jspecify.annotations.NullMarked;
