package dev.larder.hub;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A connection of a client that was not written here. */
interface RealClient extends AutoCloseable {
  /** For messages that do not expire. */
  long FOR_EVER = -1;

  /**
   * A message, as it is sent or as it came.
   *
   * @param user properties, of MQTT 5 alone
   * @param expirySeconds that it has left, of MQTT 5 alone; {@link #FOR_EVER} for all
   */
  record Message(
      String topic,
      String text,
      int qos,
      boolean retained,
      Map<String, String> user,
      long expirySeconds) {
    public Message {
      user = Map.copyOf(user);
    }

    static Message of(String topic, String text, int qos) {
      return new Message(topic, text, qos, false, Map.of(), FOR_EVER);
    }

    Message kept() {
      return new Message(topic, text, qos, true, user, expirySeconds);
    }
  }

  /**
   * How a client connects.
   *
   * @param uri with the scheme {@code ssl} or {@code wss}
   * @param lasting whether the session outlives the connection
   */
  record Way(String uri, Who who, boolean lasting, Optional<Message> will) {
    int port() {
      return URI.create(uri).getPort();
    }

    /** Of WebSocket; empty for plain MQTT. */
    Optional<String> path() {
      return uri.startsWith("wss:") ? Optional.of(URI.create(uri).getPath()) : Optional.empty();
    }
  }

  /** Subscribes, and returns when the hub has said yes. */
  void subscribe(String filter, int qos) throws Exception;

  /** Publishes, and returns when the exchange that the QoS asks for is over. */
  void publish(Message message) throws Exception;

  /** What has come so far, also of subscriptions of the session's earlier connections. */
  List<Message> received();

  /** Ends the connection so that the will is due. */
  void cut() throws Exception;

  /** Ends the connection with a goodbye. */
  @Override
  void close() throws IOException;
}
