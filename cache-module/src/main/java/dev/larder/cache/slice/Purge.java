package dev.larder.cache.slice;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an administrator wants to be kept no more. Keys are {@code <group>/<path…>}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Purge.Key.class, name = "key"),
  @JsonSubTypes.Type(value = Purge.Prefix.class, name = "prefix"),
  @JsonSubTypes.Type(value = Purge.Group.class, name = "group"),
  @JsonSubTypes.Type(value = Purge.All.class, name = "all")
})
public sealed interface Purge {
  /** One object. */
  record Key(String key) implements Purge {}

  /** Objects whose keys begin so. */
  record Prefix(String prefix) implements Purge {}

  /** All objects of a group of origins. */
  record Group(String group) implements Purge {}

  /** Everything. */
  record All() implements Purge {}

  default boolean matches(String key) {
    return switch (this) {
      case Key(var one) -> key.equals(one);
      case Prefix(var prefix) -> key.startsWith(prefix);
      case Group(var group) ->
          key.length() > group.length()
              && key.charAt(group.length()) == '/'
              && key.startsWith(group);
      case All() -> true;
    };
  }
}
