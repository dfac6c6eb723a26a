package dev.larder.hub.server;

import dev.larder.common.access.AccessList;
import dev.larder.common.access.Client;
import dev.larder.common.access.Grants;
import dev.larder.common.access.Operation;
import dev.larder.common.id.CacheNodeId;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.session.Desk;
import dev.larder.hub.session.Permissions;
import dev.larder.hub.session.Session;
import dev.larder.hub.wire.Packet;

/** The access list in force, asked by identity. */
public final class Access implements Permissions {
  private final CacheNodeId node;
  private AccessList list;

  public Access(CacheNodeId node, AccessList list) {
    this.node = node;
    this.list = list;
  }

  /** From now on this list holds; the broker is to be told. */
  public void replace(AccessList changed) {
    list = changed;
  }

  @Override
  public Grants of(Session session) {
    return grants(session.identity(), session.clientId());
  }

  private Grants grants(Identity identity, String clientId) {
    return list.grants(
        switch (identity) {
          case Identity.Module(var id) ->
              new Client(id.value(), node.toString(), node.toString(), id.value(), clientId);
          case Identity.Device(var id) ->
              new Client(identity.name(), node.toString(), id, "", clientId);
          case Identity.Anonymous() ->
              new Client(Client.ANONYMOUS, node.toString(), "", "", clientId);
        });
  }

  /** Whether a client may connect, and publish the will that it brings. */
  boolean mayConnect(Identity identity, String clientId, Packet.Connect connect, Desk desk) {
    var grants = grants(identity, clientId);
    return grants.allows(Operation.CONNECT, "")
        && connect
            .will()
            .map(will -> desk.owns(will.topic()) || grants.allows(Operation.PUBLISH, will.topic()))
            .orElse(true);
  }
}
