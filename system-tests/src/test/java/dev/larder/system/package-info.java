/**
 * Whole nodes on a real Docker engine, driven from outside as an operator, an administrator and
 * clients would.
 */
@NullMarked
package dev.larder.system;

import org.jspecify.annotations.NullMarked;
