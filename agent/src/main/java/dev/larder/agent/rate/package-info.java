/** How many bytes may pass, and when. */
@NullMarked
package dev.larder.agent.rate;

import org.jspecify.annotations.NullMarked;
