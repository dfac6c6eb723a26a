/** What the cloud is told of this node. */
@NullMarked
package dev.larder.agent.report;

import org.jspecify.annotations.NullMarked;
