/** The vocabulary that all of Larder's services share. */
@NullMarked
package dev.larder.common;

import org.jspecify.annotations.NullMarked;
