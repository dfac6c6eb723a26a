package dev.larder.common.route;

/**
 * A part of a condition, with what is known of its value.
 *
 * @param at where it begins in the route, from 0
 */
record Typed(Expression expression, Kind kind, int at) {}
