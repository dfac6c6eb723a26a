package dev.larder.agent.create;

import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;

/**
 * What every container of a node is made with.
 *
 * @param identityFolder on the host, the parent of the modules' identity folders
 */
public record NodeContext(NodeNames names, CacheNodeId node, String identityFolder) {}
