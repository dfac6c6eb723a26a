/** Which of the images that the agent pulled may go, and when. */
@NullMarked
package dev.larder.agent.images;

import org.jspecify.annotations.NullMarked;
