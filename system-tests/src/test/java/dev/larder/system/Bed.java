package dev.larder.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/**
 * What each test starts from: a cloud with an empty database, an origin, and a node that is not yet
 * deployed.
 */
final class Bed implements AutoCloseable {
  private final Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Images images;
  private final Cloud cloud;
  private final Api api;
  private final Origin origin;
  private final Node node;

  private Bed(Path folder, Images images)
      throws IOException, GeneralSecurityException, InterruptedException {
    this.folder = folder;
    this.images = kept(images);
    try {
      cloud = kept(Cloud.start(folder, images.prefix()));
      api = cloud.signIn();
      origin = kept(Origin.start(folder));
      node = kept(Node.create(api, folder, origin));
    } catch (IOException | GeneralSecurityException | InterruptedException | AssertionError e) {
      closeParts();
      throw e;
    }
  }

  static Bed make() throws IOException, GeneralSecurityException, InterruptedException {
    return make(Images.ofTheirOwn());
  }

  /** A bed whose cloud says that a node's images are these, which the bed ends with. */
  static Bed make(Images images)
      throws IOException, GeneralSecurityException, InterruptedException {
    return new Bed(Files.createTempDirectory("larder-st-"), images);
  }

  /** A bed whose node runs. */
  static Bed deployed() throws IOException, GeneralSecurityException, InterruptedException {
    var bed = make();
    try {
      bed.node.deploy().succeeded();
      return bed;
    } catch (IOException | InterruptedException | AssertionError e) {
      bed.close();
      throw e;
    }
  }

  Images images() {
    return images;
  }

  Cloud cloud() {
    return cloud;
  }

  Api api() {
    return api;
  }

  Origin origin() {
    return origin;
  }

  Node node() {
    return node;
  }

  /** Waits until the cloud has heard that the node runs what it should. */
  Duration awaitHealthy() {
    return Await.until(
        "the cloud calls the node healthy",
        Duration.ofSeconds(60),
        () -> node.view().path("state").asText().equals("healthy"));
  }

  private <T extends AutoCloseable> T kept(T part) {
    parts.push(part);
    return part;
  }

  private void closeParts() {
    var problem = new AssertionError("Not everything of the test could be ended");
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        problem.addSuppressed(e);
      }
    }
    if (problem.getSuppressed().length > 0) {
      throw problem;
    }
  }

  @Override
  public void close() throws IOException {
    closeParts();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
