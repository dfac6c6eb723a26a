/** What the agent counts, and how it is written for Prometheus. Pure. */
@NullMarked
package dev.larder.agent.metrics;

import org.jspecify.annotations.NullMarked;
