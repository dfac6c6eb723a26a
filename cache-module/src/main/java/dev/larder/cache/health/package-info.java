/** Health, summary and metrics for people and monitors. */
@NullMarked
package dev.larder.cache.health;

import org.jspecify.annotations.NullMarked;
