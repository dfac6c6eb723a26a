package dev.larder.hub.server;

import dev.larder.hub.identity.Credentials;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.session.Bounds;
import dev.larder.hub.session.Broker;
import dev.larder.hub.session.Desk;
import dev.larder.hub.tls.ServerTls;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import io.netty.channel.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in: who they are, how long they may take to say so, how many there may be, and how
 * long those wait who say it wrong ({@link Logins}).
 */
public final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  static final int CONNECTIONS_MAXIMUM = 20_000;

  /** With those that wait for their client to come back. */
  private static final int SESSIONS_MAXIMUM = 50_000;

  /** With those that have not shown yet who they are. */
  private static final int CHANNELS_MAXIMUM = CONNECTIONS_MAXIMUM + 2_000;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Broker broker;
  private final Logins logins;
  private final Turn turn;
  private final Access access;
  private final Desk desk;
  private final ClientCertificates certificates;

  /** Connections that are to be gone, or to have a session, at a time in ms. */
  private final Map<Connection, Long> due = new LinkedHashMap<>();

  private int channels;
  private boolean shutting;

  public Admission(
      Broker broker, Logins logins, Access access, Desk desk, ServerTls tls, Turn turn) {
    this.broker = broker;
    this.logins = logins;
    this.access = access;
    this.desk = desk;
    this.certificates = new ClientCertificates(tls);
    this.turn = turn;
  }

  Broker broker() {
    return broker;
  }

  /** Counts a channel while it is open; closes it when there are too many. */
  boolean hasRoom(Channel channel) {
    if (channels >= CHANNELS_MAXIMUM) {
      var _ = channel.close();
      return false;
    }
    channels++;
    channel.closeFuture().addListener(_ -> channels--);
    return true;
  }

  void began(Connection connection) {
    due.put(connection, turn.nowMillis() + CONNECT_TIMEOUT.toMillis());
  }

  void closing(Connection connection) {
    due.put(connection, turn.nowMillis() + CLOSE_TIMEOUT.toMillis());
  }

  void ended(Connection connection) {
    due.remove(connection);
  }

  /** Closes what has not shown who it is in time, or does not go. */
  public void tick(long nowMillis) {
    for (Iterator<Map.Entry<Connection, Long>> all = due.entrySet().iterator(); all.hasNext(); ) {
      var one = all.next();
      if (one.getValue() <= nowMillis) {
        all.remove();
        one.getKey().closeNow();
      }
    }
  }

  /** Lets no one in any more. */
  public void shutDown() {
    shutting = true;
  }

  /** A CONNECT that is none, or a packet before it. */
  void malformed(Connection connection, int level, Reason reason) {
    broker.counters().connectsMalformed++;
    if (level == 5 || reason == Reason.UNSUPPORTED_PROTOCOL_VERSION) {
      connection.refuse(reason, "The CONNECT packet is malformed");
    } else {
      connection.closeNow();
    }
  }

  void connect(Connection connection, Packet.Connect connect) {
    if (shutting
        || broker.connected() >= CONNECTIONS_MAXIMUM
        || broker.sessions().size() >= SESSIONS_MAXIMUM) {
      broker.counters().connectsBusy++;
      connection.refuse(Reason.SERVER_UNAVAILABLE, "The hub takes no more clients now");
      return;
    }
    if (connect.properties().text(Properties.AUTHENTICATION_METHOD).isPresent()) {
      connection.refuse(
          Reason.BAD_AUTHENTICATION_METHOD,
          "Show who you are by key, token or certificate; there is no other method");
      return;
    }
    if (connect.clientId().isEmpty() && connect.level() < 5 && !connect.cleanStart()) {
      // MQTT 3.1.1, 3.1.3-8.
      connection.refuse(Reason.CLIENT_IDENTIFIER_NOT_VALID, "");
      return;
    }
    var bounds = Bounds.check(connect);
    if (bounds.isFailure()) {
      connection.refuse(bounds, "The client id, or the will's topic, is too long");
      return;
    }
    boolean assigned = connect.clientId().isEmpty();
    var clientId = assigned ? "larder-" + UUID.randomUUID() : connect.clientId();
    var credentials =
        new Credentials(
            clientId,
            connect.userName(),
            connect.password(),
            certificates.of(connection.context().pipeline()),
            connection.isOpenListener());
    logins.judge(
        connection.context().channel(),
        connect.clientId(),
        credentials,
        outcome -> judged(connection, connect, clientId, outcome));
  }

  private void judged(
      Connection connection, Packet.Connect connect, String clientId, Logins.Outcome outcome) {
    switch (outcome) {
      case Logins.Known(var identity, var until) -> {
        if (access.mayConnect(identity, clientId, connect, desk)) {
          admit(connection, connect, clientId, identity, until.map(Instant::toEpochMilli));
        } else {
          broker.counters().connectsDenied++;
          connection.refuse(
              Reason.NOT_AUTHORIZED,
              "The access list does not let this client connect, or publish its will");
        }
      }
      case Logins.Wrong(var detail) -> connection.refuse(Reason.BAD_USER_NAME_OR_PASSWORD, detail);
      case Logins.TooMany() -> {
        broker.counters().connectsThrottled++;
        connection.refuse(Reason.CONNECTION_RATE_EXCEEDED, "Too many wrong logins: wait");
      }
    }
  }

  private void admit(
      Connection connection,
      Packet.Connect connect,
      String clientId,
      Identity identity,
      Optional<Long> untilMillis) {
    due.remove(connection);
    var session =
        broker.connect(
            connection,
            connect,
            clientId,
            connect.clientId().isEmpty(),
            identity,
            untilMillis.orElse(Long.MAX_VALUE),
            turn.nowMillis());
    connection.belongsTo(session);
    log.atDebug()
        .addKeyValue("session", session)
        .addKeyValue("protocol", connect.level())
        .log("client connected");
    connection.resume();
    turn.schedule();
  }
}
