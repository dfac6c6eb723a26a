package dev.larder.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A publisher that is faster than the log can be cleaned, and a log that it fills many times. */
@Timeout(180)
final class PressureIT {
  private static final int LOG_MIB = 8;
  private static final int SMALL_BYTES = 4_000;
  private static final int LARGE_BYTES = 120_000;

  /** Many times the log. */
  private static final int PUBLISHED_BYTES = 6 * (LOG_MIB << 20);

  @TempDir private Path folder;

  private HubProcess start(String overflow) throws Exception {
    var settings =
        """
        {"schemaVersion": "1.2", "routes": {},
         "storeAndForwardConfiguration": {"timeToLiveSecs": 3600,
           "storeLimits": {"maxSizeBytes": %d, "overflow": "%s"}},
         "mqttBroker": {"authorizations": [{"identities": ["anonymous"],
           "allow": [{"operations": ["mqtt:connect", "mqtt:publish", "mqtt:subscribe"], "resources": ["#"]}]}]}}
        """
            .formatted(LOG_MIB << 20, overflow);
    var identity = TestIdentity.make(folder.resolve("identity"), HubProcess.freePort());
    return HubProcess.start(identity, folder, settings);
  }

  private static Mqtt5AsyncClient connect(HubProcess hub, String id) {
    var client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(hub.openPort())
            .buildAsync();
    await(client.connectWith().sessionExpiryInterval(3_600).send());
    return client;
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(90, TimeUnit.SECONDS).join();
  }

  /** Publishes as fast as the hub reads; how many were refused. */
  private static long flood(HubProcess hub, int messageBytes) {
    var keeper = connect(hub, "keeper");
    await(keeper.subscribeWith().topicFilter("flood/#").qos(MqttQos.AT_LEAST_ONCE).send());
    await(keeper.disconnect());
    var publisher = connect(hub, "publisher");
    List<CompletableFuture<Mqtt5PublishResult>> results = new ArrayList<>();
    for (int i = 0; i < PUBLISHED_BYTES / messageBytes; i++) {
      var message = publisher.publishWith().topic("flood/" + i).qos(MqttQos.AT_LEAST_ONCE);
      results.add(message.payload(new byte[messageBytes]).send());
    }
    long refused = results.stream().filter(PressureIT::isRefused).count();
    await(publisher.disconnect());
    return refused;
  }

  private static boolean isRefused(CompletableFuture<Mqtt5PublishResult> result) {
    try {
      await(result);
      return false;
    } catch (CompletionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              Mqtt5PubAckException.class,
              refusal ->
                  assertThat(refusal.getMqttMessage().getReasonCode())
                      .isEqualTo(Mqtt5PubAckReasonCode.QUOTA_EXCEEDED));
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL_BYTES, LARGE_BYTES})
  void whoPublishesFasterThanTheLogIsCleanedWaitsAndIsNotRefused(int messageBytes)
      throws Exception {
    try (var hub = start("dropOldest")) {
      assertThat(flood(hub, messageBytes)).isZero();
    }
  }

  @Test
  void whatIsToBeRefusedIsRefusedOnlyOnceTheLogIsFull() throws Exception {
    try (var hub = start("refuse")) {
      long taken = PUBLISHED_BYTES / SMALL_BYTES - flood(hub, SMALL_BYTES);
      assertThat(taken * SMALL_BYTES)
          .isBetween((LOG_MIB << 20) * 7L / 10, (LOG_MIB << 20) * 3L / 4);
    }
  }
}
