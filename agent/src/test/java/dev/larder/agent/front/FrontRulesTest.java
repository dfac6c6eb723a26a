package dev.larder.agent.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.json.Json;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontRulesTest {
  private static final URI SECURE = URI.create("https://registry.example/v2/app/blobs/x");

  private static Optional<URI> next(URI from, int status, String location)
      throws RegistryException {
    return Redirects.next(from, status, Optional.of(location));
  }

  @Test
  void redirectsAreFollowed() throws Exception {
    assertThat(next(SECURE, 307, "https://blobs.example/x?sig=1"))
        .contains(URI.create("https://blobs.example/x?sig=1"));
    assertThat(next(SECURE, 302, "/elsewhere"))
        .contains(URI.create("https://registry.example/elsewhere"));
    var plain = URI.create("http://registry.example:5000/v2/");
    assertThat(next(plain, 301, "https://registry.example/v2/"))
        .contains(URI.create("https://registry.example/v2/"));
    assertThat(next(SECURE, 200, "https://blobs.example/")).isEmpty();
    assertThat(next(SECURE, 304, "https://blobs.example/")).isEmpty();
    assertThat(Redirects.next(SECURE, 302, Optional.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://blobs.example/", "ftp://blobs.example/", "file:/etc/passwd", "h t t p"})
  void redirectsThatLeadAwayAreNot(String location) {
    assertThatThrownBy(() -> next(SECURE, 307, location))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("registry.example");
  }

  @ParameterizedTest
  @CsvSource({
    "https://registry.example:443/x, true",
    "https://REGISTRY.example/, true",
    "https://registry.example:8443/, false",
    "http://registry.example/, false",
    "https://blobs.registry.example/, false"
  })
  void onlyTheRegistryItselfIsShownThePassword(URI to, boolean isShown) {
    assertThat(Redirects.isSameServer(to, SECURE)).isEqualTo(isShown);
  }

  private static EngineRegistries engine(String info) throws Exception {
    return new EngineRegistries(Json.mapper().readTree(info));
  }

  @ParameterizedTest
  @CsvSource({
    "plain.example:5000, 192.0.2.1, true",
    "plain.example, 192.0.2.1, false",
    "docker.io, 192.0.2.1, false",
    "10.1.2.3:5000, 10.1.2.3, true",
    "lan.example, 10.255.0.1, true",
    "lan.example, 11.0.0.1, false",
    "six.example, 2001:db8::1, true",
    "six.example, 2001:db9::1, false"
  })
  void theEngineSaysWherePlainHttpWillDo(String registry, String address, boolean isInsecure)
      throws Exception {
    var engine =
        engine(
            """
            {"RegistryConfig": {
               "InsecureRegistryCIDRs": ["10.0.0.0/8", "127.0.0.0/8", "2001:db8::/32", "bad"],
               "IndexConfigs": {"docker.io": {"Secure": true},
                 "plain.example:5000": {"Secure": false}}}}
            """);
    var resolved = List.of(InetAddress.ofLiteral(address));
    assertThat(engine.isInsecure(registry, resolved)).isEqualTo(isInsecure);
    assertThat(engine("{}").isInsecure(registry, resolved)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example, 443, true",
    "lan.example, 443, false",
    "registry.lan.example, 443, false",
    "notlan.example, 443, true",
    "deep.office.example, 443, false",
    "office.example, 443, true",
    "port.example, 5000, false",
    "port.example, 443, true",
    "10.1.1.1, 5000, false",
    "11.1.1.1, 5000, true"
  })
  void theEngineSaysWhereItGoesByAProxy(String host, int port, boolean isByProxy) throws Exception {
    var noProxy = "lan.example, *.office.example,port.example:5000,10.0.0.0/8";
    var engine = engine("{\"HttpsProxy\": \"http://p:3128\", \"NoProxy\": \"" + noProxy + "\"}");
    assertThat(engine.isByProxy(host, port)).isEqualTo(isByProxy);
    assertThat(engine("{\"HttpsProxy\": \"\"}").isByProxy(host, port)).isFalse();
  }

  @Test
  void aRequestIsReadWithWhatGoesOn() {
    var head =
        "GET /v2/app/manifests/1 HTTP/1.1\r\nHost: 127.0.0.1:9\r\nAccept: a\r\naccept: b\r\n"
            + "X-Meta-Larder-Pull: t0ken\r\nRange:bytes=5- \r\nConnection: close";
    assertThat(FrontRequest.parse(head))
        .contains(
            new FrontRequest(
                "GET",
                "/v2/app/manifests/1",
                Optional.of("t0ken"),
                List.of("Accept", "a", "accept", "b", "Range", "bytes=5-")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v2/ HTTP/1.0\r\nHost: a",
        "GET  /v2/ HTTP/1.1\r\nHost: a",
        "GET /v2/ HTTP/1.1\r\nHost : a",
        "GET /v2/ HTTP/1.1\r\nHost: a\r\n folded",
        "GET /v2/ HTTP/1.1\r\nAccept: a\nAuthorization: b",
        "GET /v2/ HTTP/1.1\r\nContent-Length: 5",
        "GET /v2/ HTTP/1.1\r\nTransfer-Encoding: chunked",
        ""
      })
  void whatIsMalformedOrHasABodyIsNot(String head) {
    assertThat(FrontRequest.parse(head)).isEmpty();
    assertThat(FrontRequest.parse("GET /v2/ HTTP/1.1\r\n" + "A: b\r\n".repeat(65))).isEmpty();
  }
}
