package dev.larder.cloud.render;

import dev.larder.common.id.Name;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.TargetCondition;

/**
 * A part of a manifest for the nodes that a target condition matches.
 *
 * @param priority a higher one is laid over a lower one; equal ones in the order of their names
 */
public record Layer(Name name, TargetCondition target, int priority, Deployment content) {}
