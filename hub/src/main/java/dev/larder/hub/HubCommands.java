package dev.larder.hub;

import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import dev.larder.hub.identity.Identity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a node's operator asks of the hub on the command line: keys and tokens, made from the node
 * secret in {@code LARDER_IDENTITY}. The secret is all that is printed to {@code out}; how to use
 * it goes to {@code err}.
 */
final class HubCommands {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int MISUSED = 2;

  static final String HELP =
      """
      Usage: the hub without arguments runs as the node's MQTT broker. With arguments it prints and ends:

        --device-key <deviceId> [--generation <G>]
            The key of a leaf device: its MQTT password. List the device with its generation,
            1 unless you give another, in the devices of $edgeHub. A new generation makes the
            keys before it worthless.

        --sas-token <module> --ttl <time> [--generation <G>]
        --sas-token device:<deviceId> --ttl <time> [--generation <G>]
            A token in IoT Hub's form, a password that ends after the time: a number and s, m, h
            or d, for example 1h. A module's user name must then name the same generation, or
            none when you give none; a device's is 1 when you give none.

        --help
            This text.

      LARDER_IDENTITY names the folder with the node's secret (/run/larder in the container).
      The key or token is the only line on standard output. It is a password: keep it out of logs.
      Exit codes: 0 done, 1 the identity cannot be read, 2 the arguments are wrong.
      """;

  private static final String DEVICE_KEY = "--device-key";
  private static final String SAS_TOKEN = "--sas-token";
  private static final String TTL = "--ttl";
  private static final String GENERATION = "--generation";
  private static final Set<String> OPTIONS = Set.of(DEVICE_KEY, SAS_TOKEN, TTL, GENERATION);
  private static final String FIRST_OF_A_DEVICE = "1";
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
  private static final Pattern GENERATION_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Map<String, String> environment;
  private final InstantSource clock;
  private final PrintStream out;
  private final PrintStream err;

  private static final class Misuse extends Exception {
    private static final long serialVersionUID = 1;

    Misuse(String message) {
      super(message, null, false, false);
    }
  }

  HubCommands(
      Map<String, String> environment, InstantSource clock, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.clock = clock;
    this.out = out;
    this.err = err;
  }

  /** Does what the arguments say; the answer is the exit code. */
  int run(List<String> arguments) {
    if (arguments.equals(List.of("--help"))) {
      out.print(HELP);
      return DONE;
    }
    try {
      var options = options(arguments);
      if (options.containsKey(DEVICE_KEY)) {
        deviceKey(options);
      } else {
        sasToken(options);
      }
      return DONE;
    } catch (Misuse | IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("--help tells more.");
      return MISUSED;
    } catch (NoSuchFileException e) {
      err.println(
          "There is no " + e.getFile() + ": name the hub's identity folder in LARDER_IDENTITY");
      return FAILED;
    } catch (IOException e) {
      err.println("The identity cannot be read: " + e.getMessage());
      return FAILED;
    }
  }

  private static Map<String, String> options(List<String> arguments) throws Misuse {
    var options = new LinkedHashMap<String, String>();
    for (int i = 0; i < arguments.size(); i += 2) {
      var name = arguments.get(i);
      if (!OPTIONS.contains(name)) {
        throw new Misuse("\"" + name + "\" is no option of the hub");
      }
      if (i + 1 == arguments.size()) {
        throw new Misuse(name + " needs a value after it");
      }
      if (options.put(name, arguments.get(i + 1)) != null) {
        throw new Misuse(name + " is given twice");
      }
    }
    if (options.containsKey(DEVICE_KEY) == options.containsKey(SAS_TOKEN)) {
      throw new Misuse("Give either " + DEVICE_KEY + " or " + SAS_TOKEN);
    }
    if (options.containsKey(SAS_TOKEN) != options.containsKey(TTL)) {
      throw new Misuse(TTL + " goes with " + SAS_TOKEN + ", and it needs one: " + TTL + " 1h");
    }
    if (!GENERATION_FORM.matcher(options.getOrDefault(GENERATION, FIRST_OF_A_DEVICE)).matches()) {
      throw new Misuse(GENERATION + " is 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    return options;
  }

  private void deviceKey(Map<String, String> options) throws IOException {
    var id = DeviceId.of(options.getOrDefault(DEVICE_KEY, "")).value();
    var folder = HubConfig.of(environment).identity();
    var generation = options.getOrDefault(GENERATION, FIRST_OF_A_DEVICE);
    var key = DeviceKey.derive(ModuleIdentity.readNodeSecret(folder), id, generation);
    use(ModuleIdentity.read(folder), id, generation);
    out.println(key);
  }

  private void sasToken(Map<String, String> options) throws IOException, Misuse {
    var name = options.getOrDefault(SAS_TOKEN, "");
    var end = clock.instant().plus(time(options.getOrDefault(TTL, "")));
    var folder = HubConfig.of(environment).identity();
    if (name.startsWith(Identity.PREFIX)) {
      var id = DeviceId.of(name.substring(Identity.PREFIX.length())).value();
      var identity = ModuleIdentity.read(folder);
      var generation = options.getOrDefault(GENERATION, FIRST_OF_A_DEVICE);
      var key = DeviceKey.derive(ModuleIdentity.readNodeSecret(folder), id, generation);
      use(identity, id, generation);
      out.println(SasToken.make(SasToken.deviceResource(identity.hubHost(), id), key, end));
    } else {
      var module = ModuleId.of(name);
      var generation = options.getOrDefault(GENERATION, "");
      var identity = ModuleIdentity.read(folder);
      var node = identity.cacheNodeId().toString();
      var key = ModuleKey.derive(ModuleIdentity.readNodeSecret(folder), module, generation);
      use(identity, node + "/" + module, generation);
      out.println(
          SasToken.make(
              SasToken.moduleResource(identity.hubHost(), node, module.value()), key, end));
    }
  }

  private static Duration time(String text) throws Misuse {
    var time = TIME.matcher(text);
    if (!time.matches()) {
      throw new Misuse(
          TTL + " is \"" + text + "\": give a number and s, m, h or d, for example 1h");
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  private void use(ModuleIdentity identity, String clientId, String generation) {
    var ending = generation.isEmpty() ? "" : "&generation=" + generation;
    err.println("client id: " + clientId);
    err.println(
        "user name: " + identity.hubHost() + "/" + clientId + "/?api-version=2021-04-12" + ending);
    err.println("password:");
  }
}
