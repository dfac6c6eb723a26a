package dev.larder.cache.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.settings.KeyParameters;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  @Test
  void originIsNamedByTheParameterBeforeTheHost() throws MalformedRequest {
    var request = RequestReader.read("/f/a.cab?cacheHostOrigin=DL.example.com&x=1", "cache.local");

    assertThat(request)
        .isEqualTo(new ContentRequest("dl.example.com", true, "/f/a.cab?x=1", "/f/a.cab"));
  }

  @Test
  void hostNamesTheOriginWithoutTheParameter() throws MalformedRequest {
    assertThat(RequestReader.read("/a", "B1.download.windowsupdate.com"))
        .isEqualTo(new ContentRequest("b1.download.windowsupdate.com", false, "/a", "/a"));
  }

  @Test
  void absoluteFormGoesBeforeTheHost() throws MalformedRequest {
    assertThat(RequestReader.read("http://au.example.com/a?b=c", "proxy"))
        .isEqualTo(new ContentRequest("au.example.com", false, "/a?b=c", "/a"));
  }

  @Test
  void signedParametersGoUpstreamAndNotIntoTheKey() throws MalformedRequest {
    var request =
        RequestReader.read("/f?P1=1&P2=2&v=9&P3=3&P4=a%3d&cacheHostOrigin=h.example:8080", "c");

    assertThat(request.origin()).isEqualTo("h.example:8080");
    assertThat(request.upstreamTarget()).isEqualTo("/f?P1=1&P2=2&v=9&P3=3&P4=a%3d");
    assertThat(request.keyTarget(Optional.empty())).isEqualTo("/f?v=9");
  }

  @Test
  void aGroupSaysWhichParametersCount() throws MalformedRequest {
    var request = RequestReader.read("/f?P1=1&v=9&cacheHostOrigin=h&flag&w=2&v=8", "c");

    assertThat(key(request, new KeyParameters.All())).isEqualTo("/f?P1=1&v=9&flag&w=2&v=8");
    assertThat(key(request, new KeyParameters.Only(Set.of()))).isEqualTo("/f");
    assertThat(key(request, new KeyParameters.Only(Set.of("v", "flag", "P2"))))
        .isEqualTo("/f?v=9&flag&v=8");
    assertThat(request.keyTarget(Optional.empty())).isEqualTo("/f?v=9&flag&w=2&v=8");
  }

  private static String key(ContentRequest request, KeyParameters parameters) {
    return request.keyTarget(Optional.of(parameters));
  }

  @Test
  void equivalentEncodingsShareAKeyAndGoUpstreamAsTheyAre() throws MalformedRequest {
    var one = RequestReader.read("/%7euser/a%2fb?cacheHostOrigin=h", "c");
    var other = RequestReader.read("/~user/a%2Fb?cacheHostOrigin=h", "c");

    assertThat(one.keyTarget(Optional.empty()))
        .isEqualTo(other.keyTarget(Optional.empty()))
        .isEqualTo("/~user/a%2Fb");
    assertThat(one.upstreamTarget()).isEqualTo("/%7euser/a%2fb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../etc/passwd",
        "/a/..",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/a/..%2fb",
        "/%2e%2e%5cb",
        "/a\\b",
        "/a%00b",
        "/a%0d%0ab",
        "/a%zz",
        "/a%2",
        "/a b",
        "/a#b",
        "*",
        "a/b",
        "",
        "/a?cacheHostOrigin=",
        "/a?cacheHostOrigin=a&cacheHostOrigin=b",
        "/a?cacheHostOrigin=a/b",
        "/a?cacheHostOrigin=u@h",
        "/a?cacheHostOrigin=h%",
        "/a?cacheHostOrigin=h:port"
      })
  void malformedRequestsAreRefused(String target) {
    assertThatThrownBy(() -> RequestReader.read(target, "host.example"))
        .isInstanceOf(MalformedRequest.class);
  }

  @Test
  void withoutAnyHostThereIsNoOrigin() {
    assertThatThrownBy(() -> RequestReader.read("/a", "")).isInstanceOf(MalformedRequest.class);
  }

  @Test
  void anyTextIsReadOrRefusedAndNeverStepsUp() {
    long seed = 20261123;
    var random = new Random(seed);
    var alphabet = "/.%2eEfF5cC\\?&=aP1:#@ cacheHostOrigin";
    for (int i = 0; i < 200_000; i++) {
      var target = new StringBuilder("/");
      for (int n = random.nextInt(24); n > 0; n--) {
        target.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        var read = RequestReader.read(target.toString(), "host");
        assertThat(read.keyTarget(Optional.empty()).split("\\?", 2)[0].split("/"))
            .as("seed %s target %s", seed, target)
            .doesNotContain("..");
      } catch (MalformedRequest _) {
        // That is the other answer.
      }
    }
  }
}
