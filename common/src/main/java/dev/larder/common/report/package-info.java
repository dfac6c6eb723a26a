/** What the agent tells the cloud of its node. */
@NullMarked
package dev.larder.common.report;

import org.jspecify.annotations.NullMarked;
