/** The last report and how the cloud took it, on disk for the operator's commands. */
@NullMarked
package dev.larder.agent.journal;

import org.jspecify.annotations.NullMarked;
