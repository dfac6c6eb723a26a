/** Names and numbers that point at things, checked where they are made. */
@NullMarked
package dev.larder.common.id;

import org.jspecify.annotations.NullMarked;
