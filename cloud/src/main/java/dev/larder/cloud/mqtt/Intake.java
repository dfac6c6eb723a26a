package dev.larder.cloud.mqtt;

import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.topic.NodeTopics;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one hub publishes: stored in its order, as many messages a transaction as have come, and
 * acknowledged in that order once it is kept. On its connection's event loop alone.
 */
final class Intake {
  private static final int BATCH = 256;

  /**
   * How many are in flight is the hub's to keep, some hundred; one that sends far more is broken.
   */
  private static final int MOST_WAITING = 2000;

  private final Blocking blocking;
  private final Inbox inbox;
  private final MqttEndpoint endpoint;
  private final CacheNodeId node;
  private final Consumer<Throwable> failed;
  private final ArrayDeque<MqttPublishMessage> waiting = new ArrayDeque<>();
  private boolean storing;
  private boolean over;

  /**
   * Begins.
   *
   * @param failed told when messages could not be stored, after which none is
   */
  Intake(
      Blocking blocking,
      Inbox inbox,
      MqttEndpoint endpoint,
      CacheNodeId node,
      Consumer<Throwable> failed) {
    this.blocking = blocking;
    this.inbox = inbox;
    this.endpoint = endpoint;
    this.node = node;
    this.failed = failed;
  }

  /** Takes a message of an upward topic; false when too many wait. */
  boolean take(MqttPublishMessage message) {
    if (waiting.size() >= MOST_WAITING) {
      return false;
    }
    waiting.add(message);
    store();
    return true;
  }

  private void store() {
    if (over || storing || waiting.isEmpty()) {
      return;
    }
    storing = true;
    var batch = new ArrayList<MqttPublishMessage>();
    while (batch.size() < BATCH && !waiting.isEmpty()) {
      batch.add(waiting.poll());
    }
    var messages = batch.stream().map(Intake::read).toList();
    blocking
        .call(() -> {
          inbox.store(node, messages);
          return messages.size();
        })
        .onSuccess(_ -> stored(batch))
        // It stays storing: a message after one that is not kept may not be kept either.
        .onFailure(failed::accept);
  }

  private static Inbox.Message read(MqttPublishMessage message) {
    return new Inbox.Message(
        NodeTopics.parseUp(message.topicName()).orElseThrow(), message.payload().getBytes());
  }

  private void stored(List<MqttPublishMessage> batch) {
    storing = false;
    if (over) {
      return;
    }
    for (var message : batch) {
      if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
        endpoint.publishAcknowledge(message.messageId());
      }
    }
    store();
  }

  /** The connection has ended: what waits is not stored, the hub will send it again. */
  void end() {
    over = true;
    waiting.clear();
  }
}
