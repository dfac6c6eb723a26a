package dev.larder.agent.operator;

import dev.larder.common.id.ModuleId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The words of a command after its name: what it is about, and its options. */
final class Words {
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
  private static final int MOST_LINES = 100_000;

  private final List<String> about = new ArrayList<>();
  private final Map<String, String> options = new HashMap<>();

  /** The words are not those of the command; the message says what it takes. */
  static final class Misuse extends Exception {
    private static final long serialVersionUID = 1;

    Misuse(String message) {
      super(message, null, false, false);
    }
  }

  private Words() {}

  /**
   * Reads the words.
   *
   * @param flags options that stand alone
   * @param valued options with a word after them
   * @param expected how many words it is about
   */
  static Words read(List<String> words, Set<String> flags, Set<String> valued, int expected)
      throws Misuse {
    var read = new Words();
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if (flags.contains(word)) {
        read.options.put(word, "");
      } else if (valued.contains(word)) {
        if (i + 1 == words.size()) {
          throw new Misuse(word + " needs a value after it");
        }
        i++;
        read.options.put(word, words.get(i));
      } else if (word.startsWith("-")) {
        throw new Misuse(word + " is no option of this command");
      } else {
        read.about.add(word);
      }
    }
    if (read.about.size() != expected) {
      throw new Misuse(
          expected == 1 ? "name one module, as list shows it" : "too much: " + read.about);
    }
    return read;
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  Optional<String> value(String option) {
    return Optional.ofNullable(options.get(option));
  }

  ModuleId module() throws Misuse {
    var name = about.getFirst();
    if (!ModuleId.isOne(name)) {
      throw new Misuse("no module can be called so: " + name + "; list shows what there is");
    }
    return ModuleId.of(name);
  }

  int lines(String option, int otherwise) throws Misuse {
    try {
      int lines = Integer.parseInt(options.getOrDefault(option, String.valueOf(otherwise)));
      if (lines >= 1 && lines <= MOST_LINES) {
        return lines;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new Misuse(option + " is a number of lines from 1 to " + MOST_LINES);
  }

  /** A time of the past: how long ago, {@code 90m}, or when, {@code 2026-11-27T10:00:00Z}. */
  Optional<Instant> since(String option, Instant now) throws Misuse {
    if (!options.containsKey(option)) {
      return Optional.empty();
    }
    var text = options.getOrDefault(option, "");
    var ago = TIME.matcher(text);
    try {
      return Optional.of(
          ago.matches()
              ? now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)))
              : Instant.parse(text));
    } catch (DateTimeException _) {
      throw new Misuse(
          option
              + " is a number and s, m, h or d, for example 90m, or a time as"
              + " 2026-11-27T10:00:00Z");
    }
  }

  private static Duration duration(long number, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
