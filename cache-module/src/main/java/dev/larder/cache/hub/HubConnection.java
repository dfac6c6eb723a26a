package dev.larder.cache.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.common.topic.IotHubTopics.MethodRequest;
import dev.larder.common.topic.IotHubTopics.TwinResponse;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One MQTT over TLS connection to the hub, used by one thread that may wait. */
public final class HubConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HubConnection.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int KEEP_ALIVE_SECONDS = 30;
  private static final int MOST_PACKET_ID = 0xffff;
  private static final int LARGEST_MESSAGE_BYTES = 512 << 10;
  private static final int LARGEST_ANSWER_BYTES = 200 << 10;
  private static final int MOST_METHODS = 16;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int BUSY = 429;
  private static final int FAILED = 500;
  private static final String PATCHES = "$iothub/twin/PATCH/properties/desired/";

  private final ModuleIdentity identity;
  private final MqttClient client;
  private final Consumer<ObjectNode> patches;
  private final Methods methods;
  private final Semaphore working = new Semaphore(MOST_METHODS);
  private final Map<String, CompletableFuture<Answer>> requests = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Void>> acknowledgements = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  private record Answer(TwinResponse response, String payload) {}

  /** Carries out direct methods. */
  @FunctionalInterface
  public interface Methods {
    /** Carries one out, on a thread that may wait. */
    Result call(String name, ObjectNode payload);
  }

  /**
   * What came of a direct method.
   *
   * @param status in the manner of HTTP's
   */
  public record Result(int status, JsonNode payload) {}

  private HubConnection(
      ModuleIdentity identity,
      MqttClient client,
      Consumer<ObjectNode> patches,
      Methods methods,
      Runnable closed) {
    this.identity = identity;
    this.client = client;
    this.patches = patches;
    this.methods = methods;
    client.publishHandler(this::received);
    client.publishCompletionHandler(this::acknowledged);
    client.closeHandler(_ -> {
      failAll();
      closed.run();
    });
  }

  /**
   * Connects and subscribes.
   *
   * @param folder the mounted identity folder
   * @param patches hears of changes of the desired properties, on an event loop
   * @param methods carries out what the cloud asks
   * @param closed hears once when the connection is lost
   */
  public static HubConnection connect(
      Vertx vertx,
      ModuleIdentity identity,
      Path folder,
      Consumer<ObjectNode> patches,
      Methods methods,
      Runnable closed)
      throws HubException {
    var client = MqttClient.create(vertx, options(identity, folder));
    var connection = new HubConnection(identity, client, patches, methods, closed);
    try {
      await(client.connect(identity.hubPort(), identity.hubHost(), identity.hubHost()));
      var topics = new LinkedHashMap<String, Integer>();
      topics.put(IotHubTopics.TWIN_RESPONSES, MqttQoS.AT_LEAST_ONCE.value());
      topics.put(IotHubTopics.DESIRED_PATCHES, MqttQoS.AT_LEAST_ONCE.value());
      topics.put(IotHubTopics.METHODS, MqttQoS.AT_MOST_ONCE.value());
      var granted = new CompletableFuture<Void>();
      client.subscribeCompletionHandler(_ -> granted.complete(null));
      await(client.subscribe(topics));
      await(granted);
      return connection;
    } catch (HubException e) {
      connection.close();
      throw e;
    }
  }

  private static MqttClientOptions options(ModuleIdentity identity, Path folder)
      throws HubException {
    try {
      var key = Files.readString(folder.resolve(ModuleIdentity.KEY), StandardCharsets.UTF_8);
      return new MqttClientOptions()
          .setClientId(identity.clientId())
          .setUsername(identity.userName())
          .setPassword(key.strip())
          .setCleanSession(true)
          .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
          .setMaxMessageSize(LARGEST_MESSAGE_BYTES)
          .setSsl(true)
          .setHostnameVerificationAlgorithm("HTTPS")
          .setTrustOptions(
              new PemTrustOptions().addCertPath(folder.resolve(ModuleIdentity.TRUST).toString()));
    } catch (IOException e) {
      throw new HubException("the module's key cannot be read: " + e.getMessage());
    }
  }

  /** Whether it is up. */
  public boolean isConnected() {
    return client.isConnected();
  }

  /** The module's twin: {@code desired} and {@code reported}. */
  public ObjectNode twin() throws HubException {
    var id = requestId();
    var answer = request(id, IotHubTopics.twinGet(id), Buffer.buffer());
    if (answer.response.status() != OK) {
      throw new HubException("the hub answered " + answer.response.status() + " for the twin");
    }
    return object(answer.payload);
  }

  /** Changes the reported properties. */
  public void report(ObjectNode patch) throws HubException {
    var id = requestId();
    var body = Buffer.buffer(Json.writeBytes(patch));
    var answer = request(id, IotHubTopics.reportedPatch(id), body);
    if (answer.response.status() != NO_CONTENT) {
      throw new HubException(
          "the hub answered " + answer.response.status() + " for the reported properties");
    }
  }

  /** Sends telemetry on an output; returns when the hub has it. */
  public void send(String output, String messageId, Object body) throws HubException {
    var properties = new LinkedHashMap<String, String>();
    properties.put(IotHubTopics.OUTPUT, output);
    properties.put(IotHubTopics.MESSAGE_ID, messageId);
    properties.put(IotHubTopics.CONTENT_TYPE, "application/json");
    var topic = IotHubTopics.event(identity.cacheNodeId(), ModuleId.CACHE, properties);
    publish(topic, Buffer.buffer(Json.writeBytes(body)));
  }

  private Answer request(String id, String topic, Buffer body) throws HubException {
    var answer = new CompletableFuture<Answer>();
    requests.put(id, answer);
    try {
      publish(topic, body);
      return await(answer);
    } finally {
      requests.remove(id);
    }
  }

  private void publish(String topic, Buffer body) throws HubException {
    int id = ids.updateAndGet(last -> last % MOST_PACKET_ID + 1);
    var acknowledged = new CompletableFuture<Void>();
    acknowledgements.put(id, acknowledged);
    try {
      await(client.publish(id, topic, body, MqttQoS.AT_LEAST_ONCE, false, false));
      await(acknowledged);
    } finally {
      acknowledgements.remove(id);
    }
  }

  private String requestId() {
    return Integer.toString(ids.incrementAndGet());
  }

  private void acknowledged(int id) {
    var waiting = acknowledgements.get(id);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  private void received(MqttPublishMessage message) {
    var topic = message.topicName();
    var response = IotHubTopics.parseTwinResponse(topic);
    if (response.isPresent()) {
      var waiting = requests.get(response.get().requestId());
      if (waiting != null) {
        waiting.complete(new Answer(response.get(), message.payload().toString()));
      }
    } else if (IotHubTopics.parseMethodRequest(topic).isPresent()) {
      invoke(IotHubTopics.parseMethodRequest(topic).get(), message.payload().toString());
    } else if (topic.startsWith(PATCHES)) {
      try {
        patches.accept(object(message.payload().toString()));
      } catch (HubException _) {
        // The empty patch has no version, so that the whole twin is asked for.
        patches.accept(Json.object());
      }
    }
  }

  /** Carries a method out on a thread of its own; an event loop may not wait for it. */
  private void invoke(MethodRequest request, String payload) {
    if (!working.tryAcquire()) {
      answer(request, BUSY, Json.object().put("detail", "The module is busy. Try again later."));
      return;
    }
    Thread.ofVirtual()
        .name("method-" + request.name())
        .start(() -> {
          try {
            var result =
                methods.call(request.name(), payload.isEmpty() ? Json.object() : object(payload));
            answer(request, result.status(), result.payload());
          } catch (HubException _) {
            var detail = "The payload is no JSON object: write {…}.";
            answer(request, BAD_REQUEST, Json.object().put("detail", detail));
          } catch (RuntimeException e) {
            log.atError().addKeyValue("method", request.name()).setCause(e).log("method broke");
            var detail = "The cache failed; its log says why.";
            answer(request, FAILED, Json.object().put("detail", detail));
          } finally {
            working.release();
          }
        });
  }

  private void answer(MethodRequest request, int status, JsonNode payload) {
    var body = Buffer.buffer(Json.writeBytes(payload));
    if (body.length() > LARGEST_ANSWER_BYTES) {
      var detail = "The answer is too large for a method: ask for less of it.";
      answer(request, TOO_LARGE, Json.object().put("detail", detail));
      return;
    }
    var topic = IotHubTopics.methodResponse(status, request.requestId());
    client.publish(topic, body, MqttQoS.AT_MOST_ONCE, false, false);
  }

  private static ObjectNode object(String payload) throws HubException {
    try {
      if (Json.mapper().readTree(payload) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException _) {
      // Told below.
    }
    throw new HubException("the hub sent what is no JSON object");
  }

  private void failAll() {
    var lost = new HubException("the connection to the hub was lost");
    requests.values().forEach(each -> each.completeExceptionally(lost));
    acknowledgements.values().forEach(each -> each.completeExceptionally(lost));
  }

  private static <T> T await(Future<T> future) throws HubException {
    return await(future.toCompletionStage().toCompletableFuture());
  }

  private static <T> T await(CompletableFuture<T> future) throws HubException {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new HubException("the hub did not answer in time");
    } catch (ExecutionException e) {
      throw new HubException(String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new HubException("the cache is stopping");
    }
  }

  @Override
  public void close() {
    client.disconnect();
  }
}
