package dev.larder.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/** The cloud as a process of its own, which a test may stop and start again. */
final class Cloud implements AutoCloseable {
  private static final Duration UP = Duration.ofSeconds(60);
  private static final Path JAR = Command.repository("cloud/target/app/larder-cloud.jar");

  private final Path folder;
  private final List<String> words;
  private final int port;
  private Service service;

  private Cloud(Path folder, List<String> words, int port, Service service) {
    this.folder = folder;
    this.words = words;
    this.port = port;
    this.service = service;
  }

  /**
   * Starts a cloud with an empty database.
   *
   * @param imagePrefix put before the image names of its first release
   */
  static Cloud start(Path folder, String imagePrefix) throws IOException, GeneralSecurityException {
    int port = Ports.free();
    var words =
        List.of(
            Service.java(),
            "-jar",
            JAR.toString(),
            "serve",
            "--data",
            folder.resolve("cloud").toString(),
            "--port",
            Integer.toString(port),
            "--mqtt-port",
            Integer.toString(Ports.free()),
            "--public-host",
            "host.docker.internal",
            "--development",
            "--image-prefix",
            imagePrefix);
    var cloud = new Cloud(folder, words, port, launch(folder, words));
    cloud.awaitUp();
    return cloud;
  }

  private static Service launch(Path folder, List<String> words) throws IOException {
    return Service.start(folder.resolve("cloud.log"), words);
  }

  private void awaitUp() throws IOException, GeneralSecurityException {
    try {
      Await.until(
          "the cloud answers",
          UP,
          () -> {
            if (!service.isAlive()) {
              throw new IOException("The cloud has ended: " + service.said());
            }
            return Api.connect(url(), authority()).get("/health").status() == 200;
          });
    } catch (AssertionError e) {
      service.close();
      throw new AssertionError(service.said(), e);
    }
  }

  String url() {
    return "https://localhost:" + port;
  }

  Path authority() {
    return keys().resolve("ca.crt");
  }

  /** Where the cloud's own keys are. */
  Path keys() {
    return data().resolve("keys");
  }

  Path data() {
    return folder.resolve("cloud");
  }

  Path firstLoginSecret() {
    return data().resolve("first-login-secret");
  }

  String password() throws IOException {
    return Files.readString(firstLoginSecret()).strip();
  }

  Api signIn() throws IOException, GeneralSecurityException, InterruptedException {
    return Api.connect(url(), authority()).signedIn(password());
  }

  String said() throws IOException {
    return service.said();
  }

  void stop() {
    service.close();
  }

  void startAgain() throws IOException, GeneralSecurityException {
    service = launch(folder, words);
    awaitUp();
  }

  @Override
  public void close() {
    service.close();
  }
}
