/** What to do next, decided on plain data: no engine, no clock. */
@NullMarked
package dev.larder.agent.plan;

import org.jspecify.annotations.NullMarked;
