/** The commands of the node's operator: check, list, status, logs, restart, support-bundle. */
@NullMarked
package dev.larder.agent.operator;

import org.jspecify.annotations.NullMarked;
