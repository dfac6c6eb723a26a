/** What happened on the node since the cloud last heard of it: decided purely, kept on disk. */
@NullMarked
package dev.larder.agent.events;

import org.jspecify.annotations.NullMarked;
