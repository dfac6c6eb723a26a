/** Pure: the state of a node, judged by what is known of it. */
@NullMarked
package dev.larder.cloud.state;

import org.jspecify.annotations.NullMarked;
