/** What the agent hands a module as files. */
@NullMarked
package dev.larder.common.identity;

import org.jspecify.annotations.NullMarked;
