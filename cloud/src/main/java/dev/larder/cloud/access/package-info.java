/** Who may ask: the password, sessions, API tokens and the limit on wrong attempts. */
@NullMarked
package dev.larder.cloud.access;

import org.jspecify.annotations.NullMarked;
