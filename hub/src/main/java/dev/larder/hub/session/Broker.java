package dev.larder.hub.session;

import dev.larder.hub.identity.Identity;
import dev.larder.hub.log.Log;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All sessions, and what happens to them: a client connects, sends a packet, is lost; the log is on
 * disk up to a mark; time passes. Time is given in ms since 1970.
 */
public final class Broker {
  private static final int SWEEP_MILLIS = 1_000;

  private final Parts parts;
  private final Subscriptions subscriptions;
  private final Retained retained;
  private final Records records;
  private final Publishing publishing;
  private final Subscribing subscribing;
  private final Inbound inbound;
  private final Wills wills;
  private final SessionBook sessions;
  private final Desk desk;
  private final long packetMaximumBytes;
  private long sweptMillis;
  private int connected;

  /**
   * A broker over a log, with the sessions that the log has.
   *
   * @param packetMaximumBytes that clients may send, which MQTT 5 ones are told
   * @param turnMillis the time of the present turn
   */
  public Broker(
      Log log,
      Loader loader,
      Permissions permissions,
      Desk desk,
      long packetMaximumBytes,
      LongSupplier turnMillis) {
    this.parts = new Parts(log, new Commitments(), new Counters(), loader);
    this.subscriptions = new Subscriptions(permissions);
    this.retained = new Retained(log);
    this.records = new Records(log);
    this.publishing = new Publishing(parts, subscriptions, retained, permissions, desk);
    this.subscribing = new Subscribing(parts, subscriptions, retained, permissions, desk, records);
    this.inbound = new Inbound(parts, publishing);
    this.wills = new Wills(publishing, records, parts.counters());
    this.sessions = new SessionBook(parts, records, subscribing, wills, turnMillis);
    this.desk = desk;
    this.packetMaximumBytes = packetMaximumBytes;
  }

  /** Takes up the sessions that outlived the process; once, before any client connects. */
  public void restore(long nowMillis) {
    sessions.restore(nowMillis);
  }

  /**
   * A client has shown who it is: it gets its session and CONNACK.
   *
   * @param assigned whether the client id was chosen here
   * @param untilMillis when its credentials run out
   */
  public Session connect(
      Wire wire,
      Packet.Connect connect,
      String clientId,
      boolean assigned,
      Identity identity,
      long untilMillis,
      long nowMillis) {
    var before = present(connect, clientId, identity, nowMillis);
    var session = before == null ? sessions.make(identity, clientId) : before;
    var line = new Line(wire, connect, parts.counters());
    session.lifetime().expire(Terms.expirySeconds(connect));
    session.lifetime().keepAlive(Terms.keepAliveSeconds(connect));
    session.lifetime().until(untilMillis);
    session.connect(line, connect, nowMillis);
    connected++;
    parts.counters().connects++;
    wills.cancel(session);
    if (session.isLasting() || before != null) {
      // Of one that lasted and is to last no more it is kept that it ends with the process.
      records.keep(session);
    }
    var properties = Terms.answer(session, connect, assigned, packetMaximumBytes);
    wire.send(new Packet.ConnAck(before != null, 0, properties));
    session.outbound().connected(line);
    desk.subscribed(session, nowMillis);
    session.outbound().pump(nowMillis);
    return session;
  }

  /** The session that the client goes on with; null when it begins a new one. */
  private @Nullable Session present(
      Packet.Connect connect, String clientId, Identity identity, long nowMillis) {
    var before = sessions.find(identity, clientId);
    if (before != null && before.isConnected()) {
      // A second connection of the same client ends the first (MQTT 5, 3.1.4-3).
      parts.counters().takeovers++;
      close(before, Reason.SESSION_TAKEN_OVER, "Another connection has this client id", nowMillis);
      before = sessions.find(identity, clientId);
    }
    if (before != null && (connect.cleanStart() || before.isExpired(nowMillis))) {
      sessions.end(before, nowMillis);
      return null;
    }
    return before;
  }

  /**
   * Whether the shell does well to keep a packet back for a moment, for there will be room for it
   * that is not there now.
   */
  public boolean isStrained(Packet packet, long nowMillis) {
    return packet instanceof Packet.Publish publish && inbound.isStrained(publish, nowMillis);
  }

  /** Takes a packet of a connected client. */
  public void received(Session session, Packet packet, long nowMillis) {
    var line = session.line();
    if (line == null) {
      return;
    }
    session.lifetime().seen(nowMillis);
    switch (packet) {
      case Packet.Publish publish -> published(session, line, publish, nowMillis);
      case Packet.PubAck(int id, int _, var _) -> session.outbound().pubAck(id, nowMillis);
      case Packet.PubRec(int id, int code, var _) -> session.outbound().pubRec(id, code, nowMillis);
      case Packet.PubRel(int id, int _, var _) -> inbound.pubRel(session, id);
      case Packet.PubComp(int id, int _, var _) -> session.outbound().pubComp(id, nowMillis);
      case Packet.Subscribe subscribe -> subscribing.subscribe(session, line, subscribe, nowMillis);
      case Packet.Unsubscribe unsubscribe -> subscribing.unsubscribe(session, line, unsubscribe);
      case Packet.PingReq() -> line.wire().send(new Packet.PingResp());
      case Packet.Disconnect disconnect -> disconnected(session, disconnect, nowMillis);
      case Packet.Auth _ ->
          close(session, Reason.PROTOCOL_ERROR, "No authentication was begun", nowMillis);
      case Packet.Connect _ ->
          close(session, Reason.PROTOCOL_ERROR, "A second CONNECT on a connection", nowMillis);
      case Packet.ConnAck _, Packet.SubAck _, Packet.UnsubAck _, Packet.PingResp _ ->
          close(session, Reason.PROTOCOL_ERROR, "A packet that only servers send", nowMillis);
    }
  }

  private void published(Session session, Line line, Packet.Publish packet, long nowMillis) {
    if (inbound.publish(session, line, packet, nowMillis)
        instanceof Inbound.Verdict.Close(var reason, var why)) {
      close(session, reason, why, nowMillis);
    }
  }

  private void disconnected(Session session, Packet.Disconnect packet, long nowMillis) {
    long expiry = packet.properties().number(Properties.SESSION_EXPIRY_INTERVAL, -1);
    if (expiry > 0 && !session.isLasting()) {
      // MQTT 5, 3.14.2.2.2: a session that was to end with its connection cannot be made to last.
      close(
          session,
          Reason.PROTOCOL_ERROR,
          "The session's expiry was 0 and cannot be raised when leaving",
          nowMillis);
      return;
    }
    if (expiry >= 0) {
      session.lifetime().expire(expiry);
    }
    if (packet.code() == Reason.SUCCESS.code()) {
      // MQTT-3.14.4-3; with any other code the will stands.
      session.forgetWill();
    }
    var line = session.line();
    lost(session, nowMillis);
    if (line != null) {
      line.wire().close();
    }
  }

  /** Ends a session's connection, telling a client of MQTT 5 why. */
  public void close(Session session, Reason reason, String why, long nowMillis) {
    var line = session.line();
    if (line == null) {
      return;
    }
    if (line.isMqtt5()) {
      var properties =
          line.explains(why)
              ? Properties.of(new Properties.Text(Properties.REASON_STRING, why))
              : Properties.NONE;
      line.wire().send(new Packet.Disconnect(reason.code(), properties));
    }
    lost(session, nowMillis);
    line.wire().close();
  }

  /** A session's connection is gone. */
  public void lost(Session session, long nowMillis) {
    if (!session.isConnected()) {
      return;
    }
    connected--;
    parts.counters().disconnects++;
    session.disconnect(nowMillis);
    session.outbound().lost();
    subscribing.dispatch(session, nowMillis);
    wills.lost(session, nowMillis);
    if (session.isLasting()) {
      records.keep(session);
    } else {
      sessions.end(session, nowMillis);
    }
  }

  /** The log has got further onto disk. */
  public void committed() {
    parts.commitments().settle(parts.log().committedMark());
  }

  /** Does a step once all that the log was given so far is on disk. */
  public void whenKept(Runnable step) {
    parts.commitments().then(step, parts.log().mark());
  }

  /** The client reads again. */
  public void writable(Session session, long nowMillis) {
    session.outbound().pump(nowMillis);
  }

  /** Time has passed: silent clients, ended sessions, wills that are due. */
  public void tick(long nowMillis) {
    wills.tick(nowMillis);
    if (nowMillis - sweptMillis < SWEEP_MILLIS) {
      return;
    }
    sweptMillis = nowMillis;
    for (var session : List.copyOf(sessions.all())) {
      sweep(session, nowMillis);
    }
    retained.sweep(nowMillis);
  }

  private void sweep(Session session, long nowMillis) {
    if (session.isSilent(nowMillis) && session.isConnected()) {
      close(session, Reason.KEEP_ALIVE_TIMEOUT, "Nothing was heard for 1.5 keep-alives", nowMillis);
    } else if (session.isConnected() && session.lifetime().isOverdue(nowMillis)) {
      close(session, Reason.NOT_AUTHORIZED, "The credentials have expired", nowMillis);
    } else if (session.isExpired(nowMillis)) {
      sessions.end(session, nowMillis);
    } else {
      if (session.recordIsBehind) {
        records.keep(session);
      }
      session.exchanges().tidy();
      session.outbound().pump(nowMillis);
    }
  }

  /** Forgets what clients were allowed, for the access list has changed. */
  public void permissionsChanged() {
    subscriptions.forget();
    sessions.all().forEach(Session::forgetGrants);
  }

  public void timeToLive(long millis) {
    publishing.timeToLive(millis);
  }

  public Optional<Session> session(String key) {
    return Optional.ofNullable(sessions.find(key));
  }

  public Collection<Session> sessions() {
    return sessions.all();
  }

  /** How many clients are connected. */
  public int connected() {
    return connected;
  }

  public int retainedMessages() {
    return retained.count();
  }

  public Counters counters() {
    return parts.counters();
  }

  /** Says goodbye to all clients. */
  public void shutDown(long nowMillis) {
    for (var session : List.copyOf(sessions.all())) {
      close(session, Reason.SERVER_SHUTTING_DOWN, "The hub is stopping", nowMillis);
    }
  }
}
