package dev.larder.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.topic.DirectMethod;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct methods on their way to an agent, and what it answers. */
final class HandedMethods {
  private final Queue<DirectMethod.Handed> waiting = new ConcurrentLinkedQueue<>();
  private final Map<String, CompletableFuture<DirectMethod.Response>> answers =
      new ConcurrentHashMap<>();

  CompletableFuture<DirectMethod.Response> add(String name, JsonNode payload, Duration timeout) {
    var id = UUID.randomUUID().toString();
    var answer = new CompletableFuture<DirectMethod.Response>();
    answers.put(id, answer);
    waiting.add(new DirectMethod.Handed(id, name, payload, timeout));
    return answer;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  Optional<DirectMethod.Handed> next() {
    return Optional.ofNullable(waiting.poll());
  }

  /** Who waits for this one's answer; empty when nobody does, or no more. */
  Optional<CompletableFuture<DirectMethod.Response>> asked(String id) {
    return Optional.ofNullable(answers.remove(id));
  }
}
