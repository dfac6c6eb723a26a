package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;

import java.nio.file.Path;
import org.eclipse.paho.client.mqttv3.MqttException;

/** A hub's process, and the cloud that it is connected to unless a test stops it. */
final class TestNode implements AutoCloseable {
  private final int cloudPort;
  private final FakeCloud cloud = new FakeCloud();
  private final TestIdentity identity;
  private final HubProcess hub;
  private int version;

  private TestNode(Path folder, String edgeHub) {
    cloudPort = HubProcess.freePort();
    identity = TestIdentity.make(folder.resolve("identity"), cloudPort);
    cloud.start(identity.folder(), cloudPort);
    version = edgeHub.isEmpty() ? 0 : 1;
    if (version > 0) {
      cloud.desire("$edgeHub", document(edgeHub));
    }
    hub = HubProcess.start(identity, folder);
    connected();
    applied();
  }

  /** Starts both; the cloud sends no settings. */
  static TestNode start(Path folder) {
    return new TestNode(folder, "");
  }

  /** Starts both; these desired properties of {@code $edgeHub} are in force. */
  static TestNode start(Path folder, String edgeHub) {
    return new TestNode(folder, edgeHub);
  }

  private String document(String edgeHub) {
    return "{\"version\": " + version + ", \"desired\": " + edgeHub + "}";
  }

  private void applied() {
    await(
        "the settings are in force",
        () -> cloud.reported("$edgeHub").contains("\"appliedDesiredVersion\":" + version));
  }

  /** Changes the settings, and waits until they are in force. */
  void settings(String edgeHub) {
    offer(edgeHub);
    applied();
  }

  /** Changes the settings, maybe for bad ones. */
  void offer(String edgeHub) {
    version++;
    cloud.desire("$edgeHub", document(edgeHub));
  }

  private void connected() {
    await("the hub connects to the cloud", cloud::hasConnection);
  }

  void stopCloud() {
    cloud.stop();
    await("the hub sees it", () -> hub.health().contains("\"away\""));
  }

  void startCloud() {
    cloud.start(identity.folder(), cloudPort);
    connected();
  }

  FakeCloud cloud() {
    return cloud;
  }

  TestIdentity identity() {
    return identity;
  }

  HubProcess hub() {
    return hub;
  }

  /** A module by its key, over TLS. */
  Paho module(String module) throws MqttException {
    return Paho.connect(hub, identity, module);
  }

  /** Any client, over TLS. */
  Paho client(Who who) throws MqttException {
    return Paho.connect(hub, identity, who);
  }

  @Override
  public void close() {
    hub.close();
    cloud.close();
  }
}
