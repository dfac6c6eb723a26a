package dev.larder.cache.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.slice.Purge;
import dev.larder.cache.store.ContentStore;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Purges and pins what the store holds. */
public final class Holdings {
  private static final Logger log = LoggerFactory.getLogger(Holdings.class);
  private static final String FILE = "pins.json";
  private static final int MOST_PINS = 10_000;
  private static final List<String> PURGES = List.of("url", "key", "prefix", "group", "all");
  private static final List<String> OBJECTS = List.of("url", "key");

  private final Path file;
  private final ContentStore store;
  private final Supplier<Optional<Catalogue>> catalogue;
  private final TreeSet<String> pins = new TreeSet<>();

  /**
   * @param catalogue empty while there is no configuration
   */
  public Holdings(Path data, ContentStore store, Supplier<Optional<Catalogue>> catalogue) {
    this.file = data.resolve(FILE);
    this.store = store;
    this.catalogue = catalogue;
    try {
      if (Files.exists(file)) {
        pins.addAll(
            Json.mapper()
                .readValue(Files.readAllBytes(file), new TypeReference<List<String>>() {}));
      }
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("error", e)
          .log("list of pins unreadable: what is pinned stays so, but is not listed");
    }
  }

  Reply purge(ObjectNode payload) {
    return switch (what(payload)) {
      case Checked.Invalid<Purge>(var problems) -> Reply.invalid(problems);
      case Checked.Valid<Purge>(var what) -> purge(what);
    };
  }

  private Reply purge(Purge what) {
    try {
      var purged = store.purge(what);
      forget(what);
      log.atInfo().addKeyValue("what", what).log("content purged");
      return Reply.of(
          Reply.OK, Json.object().put("objects", purged.objects()).put("bytes", purged.bytes()));
    } catch (IOException e) {
      return Reply.problem(
          Reply.FAILED,
          "The purge cannot be written down, so nothing was purged: "
              + e.getMessage()
              + ". Look at the volume of /data.");
    }
  }

  private synchronized void forget(Purge what) {
    if (pins.removeIf(what::matches)) {
      keepList();
    }
  }

  private Checked<Purge> what(ObjectNode payload) {
    var field = only(payload, PURGES);
    if (field instanceof Checked.Invalid<String>(var problems)) {
      return Checked.invalid(problems);
    }
    var name = field.orThrow();
    var text = payload.path(name).asText();
    return switch (name) {
      case "all" -> Checked.valid(new Purge.All());
      case "group" -> Checked.valid(new Purge.Group(text));
      case "prefix" -> key(text, name, Target.isUrl(text)).map(Purge.Prefix::new);
      default -> key(text, name, name.equals("url")).map(Purge.Key::new);
    };
  }

  /** The one field that says what is meant. */
  private static Checked<String> only(ObjectNode payload, List<String> fields) {
    var given = fields.stream().filter(payload::has).toList();
    if (given.size() != 1 || payload.size() != 1) {
      return Checked.invalid(
          "", "does not say one thing", "give one of " + String.join(", ", fields));
    }
    var field = given.getFirst();
    var value = payload.path(field);
    boolean right =
        field.equals("all") ? value.asBoolean() : value.isTextual() && !value.asText().isEmpty();
    return right
        ? Checked.valid(field)
        : Checked.invalid(
            field, "has no value", field.equals("all") ? "write true" : "give it a text");
  }

  private Checked<String> key(String text, String path, boolean url) {
    if (!url) {
      return Checked.valid(text);
    }
    return catalogue
        .get()
        .map(list -> Target.read(text, path, list).map(Target::key))
        .orElseGet(() ->
            Checked.invalid(
                path,
                "cannot be read while the cache waits for its configuration",
                "give the key, or wait for the hub"));
  }

  /** Pins an object, or pins it no more. */
  Reply keep(ObjectNode payload, boolean pinned) {
    var field = only(payload, OBJECTS);
    if (field instanceof Checked.Invalid<String>(var problems)) {
      return Reply.invalid(problems);
    }
    var name = field.orThrow();
    return switch (key(payload.path(name).asText(), name, name.equals("url"))) {
      case Checked.Invalid<String>(var problems) -> Reply.invalid(problems);
      case Checked.Valid<String>(var key) -> keep(key, name, pinned);
    };
  }

  private synchronized Reply keep(String key, String field, boolean pinned) {
    if (pinned && pins.size() >= MOST_PINS && !pins.contains(key)) {
      return Reply.problem(
          Reply.CONFLICT, "There are " + MOST_PINS + " pins. Unpin one, or purge what is old.");
    }
    return switch (store.keep(key, pinned)) {
      case DONE -> {
        if (pinned ? pins.add(key) : pins.remove(key)) {
          keepList();
        }
        yield Reply.of(Reply.OK, Json.object().put("key", key).put("pinned", pinned));
      }
      case UNKNOWN -> {
        if (!pinned && pins.remove(key)) {
          keepList();
          yield Reply.of(Reply.OK, Json.object().put("key", key).put("pinned", false));
        }
        yield Reply.problem(
            Reply.NOT_FOUND,
            "Nothing is kept under " + key + ". Prefetch it first, then pin it.",
            List.of(new Problem(field, "is not in the cache", "prefetch it first")));
      }
      case TOO_MUCH ->
          Reply.problem(
              Reply.CONFLICT,
              "Half of the object's drive is pinned already. Unpin something, or give the drive"
                  + " more room.");
    };
  }

  /** Keys of what was pinned here. */
  synchronized Reply pins() {
    return Reply.of(Reply.OK, Json.object().set("pins", Json.mapper().valueToTree(pins)));
  }

  private void keepList() {
    try {
      AtomicFile.write(file, Json.writeBytes(pins), "rw-------");
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).addKeyValue("error", e).log("list of pins not kept");
    }
  }
}
