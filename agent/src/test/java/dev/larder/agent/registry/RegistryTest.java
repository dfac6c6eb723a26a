package dev.larder.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.create.ImageReference;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  private static RegistryName name(String image) {
    return RegistryName.of(ImageReference.parse(image));
  }

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io, library/busybox, registry-1.docker.io",
    "busybox:1.36, docker.io, library/busybox, registry-1.docker.io",
    "team/app:2, docker.io, team/app, registry-1.docker.io",
    "docker.io/busybox, docker.io, library/busybox, registry-1.docker.io",
    "index.docker.io/team/app, docker.io, team/app, registry-1.docker.io",
    "registry.example/app:1, registry.example, app, registry.example",
    "registry.example:5000/a/b/c, registry.example:5000, a/b/c, registry.example:5000"
  })
  void saysWhereARepositoryIs(String image, String registry, String repository, String host) {
    assertThat(name(image)).isEqualTo(new RegistryName(registry, repository));
    assertThat(name(image).host()).isEqualTo(host);
    assertThat(name(image).isOnThisMachine()).isFalse();
  }

  @Test
  void hasOneNameHoweverItIsWritten() {
    for (var image : new String[] {"busybox", "docker.io/busybox:1", "index.docker.io/busybox"}) {
      assertThat(name(image).text()).isEqualTo("docker.io/library/busybox");
      assertThat(name(image).isAt("Index.Docker.io")).isTrue();
    }
    assertThat(name("Registry.Example/app").text()).isEqualTo("registry.example/app");
    assertThat(name("registry.example:5000/a").isAt("REGISTRY.example:5000")).isTrue();
    assertThat(name("registry.example:5000/a").isAt("registry.example")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost/a", "localhost:5000/a", "127.0.0.1:5000/a", "127.9.8.7:1/a:2"})
  void knowsThisMachine(String image) {
    assertThat(name(image).isOnThisMachine()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1.example:5000/a", "localhost.example/a", "10.127.0.1:5000/a", "127/a"})
  void takesNoOtherForThisMachine(String image) {
    assertThat(name(image).isOnThisMachine()).isFalse();
  }

  @Test
  void anImageIsWrittenAsItWas() {
    for (var image : new String[] {"registry.example:5000/a:1", "registry.example/a@" + DIGEST}) {
      assertThat(ImageReference.parse(image).text()).isEqualTo(image);
    }
    assertThat(ImageReference.parse("a:1@" + DIGEST).text()).isEqualTo("a@" + DIGEST);
    assertThat(ImageReference.parse("a").text()).isEqualTo("a:latest");
  }

  private static Optional<RegistryRequest> asked(String method, String target) {
    return RegistryRequest.of(method, target);
  }

  private static RegistryRequest below(String repository) {
    return new RegistryRequest(Optional.of(repository));
  }

  @Test
  void aPullAsksForTheRootManifestsAndBlobs() {
    assertThat(asked("GET", "/v2/")).contains(new RegistryRequest(Optional.empty()));
    assertThat(asked("HEAD", "/v2/team/app/manifests/1.0")).contains(below("team/app"));
    assertThat(asked("GET", "/v2/app/manifests/" + DIGEST)).contains(below("app"));
    assertThat(asked("GET", "/v2/app/blobs/" + DIGEST)).contains(below("app"));
    // A repository may be called so.
    assertThat(asked("GET", "/v2/blobs/manifests/manifests/1")).contains(below("blobs/manifests"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v2/app/blobs/uploads/",
    "PUT, /v2/app/manifests/1",
    "DELETE, /v2/app/manifests/1",
    "CONNECT, /v2/",
    "GET, /",
    "GET, /v2",
    "GET, /v1/_ping",
    "GET, /v2/_catalog",
    "GET, /v2/app/tags/list",
    "GET, /v2/app/blobs/1.0",
    "GET, /v2/manifests/1.0",
    "GET, /v2/app/manifests/1.0?ns=other",
    "GET, /v2/app/manifests/../../../etc",
    "GET, http://elsewhere.example/v2/"
  })
  void aPullAsksForNothingElse(String method, String target) {
    assertThat(asked(method, target)).isEmpty();
  }

  @Test
  void fieldsThatPullsNeedPass() {
    assertThat(new String[] {"Accept", "authorization", "Range", "If-Range"})
        .allMatch(Fields::goesUp);
    assertThat(new String[] {"Host", "Cookie", "Connection", "Proxy-Authorization", "Expect"})
        .noneMatch(Fields::goesUp);
    assertThat(
            new String[] {
              "WWW-Authenticate", "Docker-Content-Digest", "Content-Range", "content-length", "ETag"
            })
        .allMatch(Fields::goesDown);
    assertThat(new String[] {"Location", "Set-Cookie", "Transfer-Encoding", "Connection"})
        .noneMatch(Fields::goesDown);
  }
}
