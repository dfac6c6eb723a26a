package dev.larder.cache.fresh;

import dev.larder.cache.slice.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Vary (RFC 9111 section 4.1). What is kept is the variant that the cache's own request selects: it
 * asks for identity encoding, accepts all and carries none of a client's other headers. A client
 * whose request differs from that in a field that counts is served from the origin.
 */
public final class Variants {
  public static final String VARY = "vary";

  /** They are the same in every request of the cache, or no bytes of an answer depend on them. */
  private static final Set<String> HARMLESS = Set.of("accept-encoding", "range");

  /** They go to the origin as the client sends them, or make an answer the client's own. */
  private static final Set<String> PERSONAL = Set.of("*", "user-agent", "cookie", "authorization");

  private static final String ACCEPT = "accept";
  private static final String ANYTHING = "*/*";

  private Variants() {}

  /** The fields of a Vary header that tell variants apart, in lower case. */
  public static List<String> fields(String vary) {
    if (vary.isEmpty()) {
      return List.of();
    }
    var fields = new ArrayList<String>();
    for (var field : vary.split(",", -1)) {
      var name = field.strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !HARMLESS.contains(name)) {
        fields.add(name);
      }
    }
    return fields;
  }

  /** Whether one variant can stand for what clients ask for. */
  public static boolean mayBeKept(List<String> fields) {
    return fields.stream().noneMatch(PERSONAL::contains);
  }

  /** Whether a client asks for another variant than the one that is kept. */
  public static boolean isAnother(ObjectMeta meta, Function<String, Optional<String>> client) {
    var vary = meta.header(VARY);
    return !vary.isEmpty()
        && fields(vary).stream()
            .anyMatch(field ->
                client
                    .apply(field)
                    .filter(value -> !(field.equals(ACCEPT) && value.strip().equals(ANYTHING)))
                    .isPresent());
  }
}
