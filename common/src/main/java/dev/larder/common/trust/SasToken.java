package dev.larder.common.trust;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * IoT Hub's shared access signature: {@code SharedAccessSignature sr=…&sig=…&se=…}, fields in any
 * order. {@code sr} is the resource, percent-encoded; {@code se} when it ends, in seconds of the
 * epoch; {@code sig} the base64 of HMAC-SHA256 over {@code sr}, as it is written, a line feed and
 * {@code se}. A field {@code skn} names a policy at IoT Hub; there are none here, and it and
 * unknown fields are passed over.
 */
public final class SasToken {
  public static final String PREFIX = "SharedAccessSignature ";

  /** A longer text is no token. */
  public static final int LENGTH_MAXIMUM = 4096;

  /** 9999-12-31T23:59:59Z: what ends later is taken to end then. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");
  private static final Set<String> KNOWN = Set.of("sr", "sig", "se", "skn");

  private final String signed;
  private final String resource;
  private final byte[] signature;
  private final Instant expiry;

  private SasToken(String signed, String resource, byte[] signature, Instant expiry) {
    this.signed = signed;
    this.resource = resource;
    this.signature = signature;
    this.expiry = expiry;
  }

  /** The resource that stands for a module of a node. */
  public static String moduleResource(String host, String device, String module) {
    return deviceResource(host, device) + "/modules/" + module;
  }

  /** The resource that stands for a device. */
  public static String deviceResource(String host, String device) {
    return host + "/devices/" + device;
  }

  /**
   * A token's text.
   *
   * @param resource not yet encoded
   * @param key base64, of a module or device; what is none is an {@link IllegalArgumentException}
   */
  public static String make(String resource, String key, Instant expiry) {
    var encoded = URLEncoder.encode(resource, StandardCharsets.UTF_8);
    var seconds = String.valueOf(expiry.getEpochSecond());
    var signature =
        Base64.getEncoder()
            .encodeToString(
                HmacSha256.of(Base64.getDecoder().decode(key), encoded + "\n" + seconds));
    return PREFIX
        + "sr="
        + encoded
        + "&sig="
        + URLEncoder.encode(signature, StandardCharsets.UTF_8)
        + "&se="
        + seconds;
  }

  /** Reads a token's text; empty when it is none. Nothing is proven by it yet. */
  public static Optional<SasToken> parse(String text) {
    if (text.length() > LENGTH_MAXIMUM || !text.startsWith(PREFIX)) {
      return Optional.empty();
    }
    var fields = new HashMap<String, String>();
    for (var field : text.substring(PREFIX.length()).strip().split("&", -1)) {
      int equals = field.indexOf('=');
      var name = equals < 0 ? field : field.substring(0, equals);
      if (KNOWN.contains(name)
          && (equals < 0 || fields.put(name, field.substring(equals + 1)) != null)) {
        return Optional.empty();
      }
    }
    return of(
        fields.getOrDefault("sr", ""),
        fields.getOrDefault("sig", ""),
        fields.getOrDefault("se", ""));
  }

  private static Optional<SasToken> of(String resource, String signature, String expiry) {
    if (!SECONDS.matcher(expiry).matches()) {
      return Optional.empty();
    }
    var ends = Instant.ofEpochSecond(Math.min(LAST_SECOND, Long.parseLong(expiry)));
    return PercentEncoding.decode(signature)
        .flatMap(SasToken::base64)
        .flatMap(bytes ->
            PercentEncoding.decode(resource)
                .filter(decoded -> !decoded.isEmpty())
                .map(decoded -> new SasToken(resource + "\n" + expiry, decoded, bytes, ends)));
  }

  private static Optional<byte[]> base64(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** What the token is for, decoded. */
  public String resource() {
    return resource;
  }

  /** When the token ends. */
  public Instant expiry() {
    return expiry;
  }

  /** Whether the key signed it, in time that does not depend on where signatures differ. */
  public boolean isSignedWith(String key) {
    return MessageDigest.isEqual(HmacSha256.of(Base64.getDecoder().decode(key), signed), signature);
  }

  /**
   * Whether its resource names this one at any host. A client of a gateway names the cloud's host,
   * not the gateway's, so that the host says nothing. IoT Edge's own clients encode ids once more
   * than others do; both are taken.
   *
   * @param path ids and words, for example {@code devices}, an id
   */
  public boolean isFor(String... path) {
    var parts = resource.split("/", -1);
    if (parts.length != path.length + 1 || parts[0].isEmpty()) {
      return false;
    }
    for (int i = 0; i < path.length; i++) {
      var part = parts[i + 1];
      var wanted = path[i];
      if (!part.equals(wanted) && PercentEncoding.decode(part).filter(wanted::equals).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
