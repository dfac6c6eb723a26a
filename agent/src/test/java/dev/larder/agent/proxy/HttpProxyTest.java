package dev.larder.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpProxyTest {
  private static final String HIDDEN = "hidden";

  private static HttpProxy read(String url, String password) {
    return HttpProxy.read(url, password).orThrow();
  }

  private static String problem(String url, String password) {
    var problems = HttpProxy.read(url, password).problems();
    assertThat(problems).as(url).hasSize(1);
    return problems.getFirst().toString();
  }

  private static String pair(HttpProxy proxy) {
    var value = proxy.authorization().orElseThrow();
    assertThat(value).startsWith("Basic ");
    return new String(
        Base64.getDecoder().decode(value.substring("Basic ".length())), StandardCharsets.UTF_8);
  }

  @Test
  void addressAloneShowsNothing() {
    var proxy = read("http://proxy.example:3128/", "");
    assertThat(proxy.where()).isEqualTo("proxy.example:3128");
    assertThat(proxy.url()).hasToString("http://proxy.example:3128");
    assertThat(proxy.authorization()).isEmpty();
    assertThat(HttpProxy.by(Optional.of(proxy))).isEqualTo(" through the proxy proxy.example:3128");
    assertThat(read("http://[2001:db8::1]:8080", "").where()).isEqualTo("[2001:db8::1]:8080");
  }

  @Test
  void nameIsDecodedAndAllIsUtf8() {
    assertThat(pair(read("http://j%C3%B6rg%40b%C3%BCro@p:1", "pä55 :wörd €")))
        .isEqualTo("jörg@büro:pä55 :wörd €");
    assertThat(pair(read("http://jörg@p:1", "x"))).isEqualTo("jörg:x");
    assertThat(pair(read("http://office%5Cnode@p:1", "100%25"))).isEqualTo("office\\node:100%25");
  }

  @Test
  void passwordHasNoPlaceInTheAddress() {
    assertThat(problem("http://user:hidden@proxy:3128", ""))
        .contains("proxyUrl", "password", "proxypasswordfile=")
        .doesNotContain(HIDDEN);
    assertThat(problem("http://user:@proxy:3128", "")).contains("has a password in it");
  }

  @Test
  void whatIsWrongIsToldWithoutRepeatingIt() {
    for (var url :
        List.of(
            "proxy:3128",
            "user:hidden@proxy:3128",
            "http://user:hidden",
            "http://us er:hidden@proxy:3128",
            "http://a@b:hidden@proxy:3128",
            "http://hidden@proxy",
            "http://proxy:0",
            "http://proxy:70000",
            "https://hidden@proxy:3128",
            "http://proxy:3128/hidden",
            "http://proxy:3128?hidden",
            "http://proxy:3128#hidden",
            "mailto:hidden@proxy.example",
            "http://%zzhidden@proxy:3128")) {
      assertThat(problem(url, "hidden too")).contains("http://host:port").doesNotContain(HIDDEN);
    }
    assertThat(problem("http://" + "h".repeat(1100) + "@p:1", "")).contains("longer than");
  }

  @Test
  void nameAndPasswordGoTogether() {
    assertThat(problem("http://user@proxy:3128", "")).contains("proxyPassword: is missing");
    assertThat(problem("http://proxy:3128", HIDDEN))
        .contains("proxyPassword: is given")
        .doesNotContain(HIDDEN);
  }

  @Test
  void whatHttpCannotSendIsRefused() {
    assertThat(problem("http://us%3Aer@proxy:3128", HIDDEN)).contains("colon");
    assertThat(problem("http://us%0Aer@proxy:3128", HIDDEN)).contains("the name has control");
    assertThat(problem("http://%FFuser@proxy:3128", HIDDEN)).contains("not UTF-8");
    assertThat(problem("http://user@proxy:3128", HIDDEN + "\r\nX: y"))
        .contains("the password has control")
        .doesNotContain(HIDDEN);
    assertThat(problem("http://user@proxy:3128", "é".repeat(513)))
        .contains("the password has 1026 bytes, and not 1 to 1024");
    assertThat(problem("http://" + "u".repeat(256) + "@proxy:3128", HIDDEN))
        .contains("the name has 256 bytes");
    assertThat(read("http://" + "u".repeat(255) + "@proxy:3128", "é".repeat(512)).login())
        .isPresent();
  }

  @Test
  void passwordIsInNoText() {
    var proxy = read("http://user@proxy:3128", HIDDEN);
    assertThat(proxy.toString()).contains("user").doesNotContain(HIDDEN);
  }

  @Test
  void refusalsSayWhatToDo() {
    var stranger = read("http://proxy:3128", "");
    var known = read("http://user@proxy:3128", HIDDEN);
    var basic = List.of("Basic realm=\"office\", charset=\"UTF-8\"");
    assertThat(ProxyRefusal.of(stranger, 407, basic).text())
        .contains("The proxy proxy:3128 asks for a name and a password (407): ", "deploy.sh");
    assertThat(ProxyRefusal.of(known, 407, basic).text())
        .contains("The proxy proxy:3128 refuses the name and password (407): ", "deploy.sh")
        .doesNotContain(HIDDEN, "user");
    // As tinyproxy 1.11 does.
    assertThat(ProxyRefusal.of(known, 401, List.of()).text())
        .contains("refuses the name and password (401)");
    assertThat(ProxyRefusal.of(known, 407, List.of("Negotiate", "NTLM", "a\tb c?")).text())
        .contains("asks for Negotiate, NTLM", "Basic alone");
    assertThat(ProxyRefusal.of(known, 407, List.of("Negotiate", "basic")).text())
        .contains("refuses the name and password");
    assertThat(ProxyRefusal.of(known, 407, List.of("Negotiate")).isAboutLogin()).isTrue();
    var closed = ProxyRefusal.of(known, 403, List.of());
    assertThat(closed.isAboutLogin()).isFalse();
    assertThat(closed.text()).contains("answers CONNECT with 403", "port");
  }
}
