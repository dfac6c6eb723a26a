package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.cloud.fleet.Inbox;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A hub that sends several streams over connections that end: it sends again from the first message
 * that was not acknowledged, the cloud's transactions break off half way, and a former connection's
 * batch may be stored while the next one's is.
 */
final class InboxHistory {
  private static final int STEPS = 30;
  private static final int LARGEST_BATCH = 40;
  private static final List<String> SENDERS = List.of("web", "cache", "device:press");

  private final Random random;
  private final Inbox inbox;
  private final CacheNodeId node;
  private final List<Stream> streams = new ArrayList<>();
  private final Map<String, Long> expected = new TreeMap<>();
  private int broken;
  private int repeated;

  /** What one epoch has to send; {@code sent} goes back to {@code acknowledged} with each line. */
  private static final class Stream {
    private final String epoch;
    private final List<Inbox.Message> messages = new ArrayList<>();
    private long sequence;
    private int acknowledged;
    private int sent;
    private int everSent;

    Stream(String epoch) {
      this.epoch = epoch;
    }
  }

  private record Sent(Stream stream, Inbox.Message message) {}

  InboxHistory(Random random, Inbox inbox, CacheNodeId node) {
    this.random = random;
    this.inbox = inbox;
    this.node = node;
    for (int store = 0; store < 2; store++) {
      for (int priority = 0; priority < 10; priority += 1 + random.nextInt(4)) {
        streams.add(new Stream(NodeTopics.epoch("store-" + store, priority)));
      }
    }
  }

  /** Each message that was made, by sender and its own output, once. */
  Map<String, Long> expected() {
    return expected;
  }

  int broken() {
    return broken;
  }

  int repeated() {
    return repeated;
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      var batch = batch(1 + random.nextInt(LARGEST_BATCH));
      switch (random.nextInt(4)) {
        case 0 -> breakOff(batch);
        case 1 -> {
          inbox.store(node, messages(batch));
          acknowledge(batch.subList(0, random.nextInt(batch.size() + 1)));
          connectAnew();
        }
        case 2 -> overtaken(batch);
        default -> {
          inbox.store(node, messages(batch));
          acknowledge(batch);
        }
      }
    }
    connectAnew();
    for (var stream : streams) {
      inbox.store(node, stream.messages.subList(stream.acknowledged, stream.messages.size()));
    }
  }

  private List<Sent> batch(int size) {
    var batch = new ArrayList<Sent>();
    for (int i = 0; i < size; i++) {
      var stream = streams.get(random.nextInt(streams.size()));
      if (stream.sent == stream.messages.size()) {
        make(stream);
      }
      batch.add(new Sent(stream, stream.messages.get(stream.sent++)));
      repeated += stream.sent <= stream.everSent ? 1 : 0;
      stream.everSent = Math.max(stream.everSent, stream.sent);
    }
    return batch;
  }

  private void make(Stream stream) {
    stream.sequence += 1 + random.nextInt(random.nextBoolean() ? 1 : 1000);
    var sender = SENDERS.get(random.nextInt(SENDERS.size()));
    var output = stream.epoch + "-" + stream.sequence;
    expected.put(sender + " " + output, 1L);
    stream.messages.add(
        new Inbox.Message(
            new NodeTopics.Telemetry(node.toString(), sender, stream.epoch, stream.sequence),
            Json.writeBytes(TelemetryEnvelope.of(Instant.EPOCH, output, Map.of(), new byte[0]))));
  }

  private static List<Inbox.Message> messages(List<Sent> batch) {
    return batch.stream().map(Sent::message).toList();
  }

  private static void acknowledge(List<Sent> batch) {
    batch.forEach(sent -> sent.stream().acknowledged++);
  }

  private void connectAnew() {
    streams.forEach(stream -> stream.sent = stream.acknowledged);
  }

  private void breakOff(List<Sent> batch) {
    var messages = messages(batch);
    int end = random.nextInt(messages.size());
    var breaking =
        new AbstractList<Inbox.Message>() {
          @Override
          public Inbox.Message get(int index) {
            if (index == end) {
              throw new IllegalStateException("broken off");
            }
            return messages.get(index);
          }

          @Override
          public int size() {
            return messages.size();
          }
        };
    assertThatThrownBy(() -> inbox.store(node, breaking)).hasMessage("broken off");
    broken++;
    connectAnew();
  }

  /** The former connection's batch is still being stored, by another thread or another cloud. */
  private void overtaken(List<Sent> former) {
    connectAnew();
    var next = batch(former.size() + random.nextInt(LARGEST_BATCH));
    var storing =
        CompletableFuture.runAsync(
            () -> inbox.store(node, messages(former)), Thread::startVirtualThread);
    inbox.store(node, messages(next));
    storing.join();
    acknowledge(next);
  }
}
