/** Makes a machine a node: spends the registration key once. */
@NullMarked
package dev.larder.agent.enrol;

import org.jspecify.annotations.NullMarked;
