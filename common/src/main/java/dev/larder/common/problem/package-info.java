/** What is wrong with an input: every problem, its path and its mend. */
@NullMarked
package dev.larder.common.problem;

import org.jspecify.annotations.NullMarked;
