package dev.larder.cloud.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.settings.CacheDesired;
import dev.larder.common.twin.Twins;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Renders the manifest and the twins of a node: the base filled in, then the layers over it. */
public final class ManifestRenderer {
  /** Laid in this order, so that the highest priority has the last word. */
  public static final Comparator<Layer> ORDER =
      Comparator.comparingInt(Layer::priority).thenComparing(layer -> layer.name().value());

  private static final String CREATE_OPTIONS = "createOptions";

  /** The cache module's own volume, for what is not content. */
  private static final String CACHE_VOLUME = "cache-data:/data";

  private final Template base;

  public ManifestRenderer(Template base) {
    this.base = base;
  }

  /** Renders with those layers whose condition the node's tags meet. */
  public Checked<Rendered> render(NodeInput node, List<Layer> layers) {
    return switch (Deployment.read(base.fill(values(node)))) {
      case Checked.Invalid<Deployment>(var problems) -> Checked.invalid(problems);
      case Checked.Valid<Deployment>(var filled) -> {
        var deployment =
            layers.stream()
                .filter(layer -> layer.target().matches(node.tags()))
                .sorted(ORDER)
                .map(Layer::content)
                .reduce(filled, Deployment::with);
        yield checked(deployment);
      }
    };
  }

  private static Map<String, JsonNode> values(NodeInput node) {
    var configuration = node.configuration();
    var images = node.release().images();
    return Map.ofEntries(
        Map.entry("images.edgeAgent", TextNode.valueOf(images.edgeAgent())),
        Map.entry("images.edgeHub", TextNode.valueOf(images.edgeHub())),
        Map.entry("images.cache", TextNode.valueOf(images.cache())),
        Map.entry("cache.binds", binds(configuration)),
        Map.entry("cache.httpPort", port(configuration.httpPort())),
        Map.entry("cache.summaryPort", port(configuration.summaryPort())),
        Map.entry("cache.httpsBinding", httpsBinding(configuration)),
        Map.entry("cache.twin", twin(node).write()));
  }

  private static JsonNode port(int number) {
    return TextNode.valueOf(String.valueOf(number));
  }

  /** Nothing while the node serves no TLS: the base then publishes no such port. */
  private static JsonNode httpsBinding(NodeConfiguration configuration) {
    if (!configuration.tls()) {
      return MissingNode.getInstance();
    }
    var binding = Json.mapper().createArrayNode();
    binding.addObject().set("HostPort", port(configuration.httpsPort()));
    return binding;
  }

  private static JsonNode binds(NodeConfiguration configuration) {
    var binds = Json.mapper().createArrayNode();
    var drives = configuration.cacheDrives();
    for (int i = 0; i < drives.size(); i++) {
      binds.add(drives.get(i).physicalPath() + "/larder:" + mountedAt(i));
    }
    return binds.add(CACHE_VOLUME);
  }

  private static String mountedAt(int drive) {
    return "/cache/" + (drive + 1);
  }

  private static CacheDesired twin(NodeInput node) {
    var configuration = node.configuration();
    var drives = new ArrayList<CacheDesired.Drive>();
    for (var drive : configuration.cacheDrives()) {
      drives.add(
          new CacheDesired.Drive(
              mountedAt(drives.size()), drive.physicalPath(), drive.sizeBytes()));
    }
    return new CacheDesired(
        drives,
        configuration.origins(),
        List.of(),
        configuration.usedProxy(),
        configuration.trafficEvery(),
        new CacheDesired.Updates(configuration.update(), node.release().version(), node.offers()),
        configuration.parent(),
        Optional.of(configuration.limits()));
  }

  private static Checked<Rendered> checked(Deployment deployment) {
    var problems = deployment.problems();
    var twins = new TreeMap<String, ObjectNode>();
    var modules = deployment.desired(Deployment.AGENT).path("modules");
    modules.properties().forEach(module -> twins.put(module.getKey(), Json.object()));
    deployment.content().keySet().stream()
        .filter(name -> !name.equals(Deployment.AGENT))
        .forEach(name -> twins.put(name, deployment.desired(name)));
    twins.forEach((name, desired) -> check(name, desired, problems));
    return problems.isEmpty()
        ? Checked.valid(new Rendered(onTheWire(deployment.desired(Deployment.AGENT)), twins))
        : Checked.invalid(problems.list());
  }

  private static void check(String twin, ObjectNode desired, Problems problems) {
    var path = "modulesContent." + twin + ".properties.desired";
    if (!twin.equals(Deployment.HUB)) {
      try {
        ModuleId.of(twin);
      } catch (IllegalArgumentException e) {
        problems.add("modulesContent." + twin, String.valueOf(e.getMessage()), "name a module");
      }
    }
    if (Json.writeBytes(desired).length > Twins.SIZE_LIMIT_BYTES) {
      problems.add(
          path,
          "is more than " + Twins.SIZE_LIMIT_BYTES + " bytes",
          "keep desired properties small");
    }
    if (twin.equals(ModuleId.CACHE.value())) {
      CacheDesired.read(desired)
          .problems()
          .forEach(problem ->
              problems.add(
                  problem.path().isEmpty() ? path : path + "." + problem.path(),
                  problem.message(),
                  problem.mend()));
    }
  }

  /** IoT Edge's service sends {@code createOptions} as a string. */
  private static ObjectNode onTheWire(ObjectNode agentDesired) {
    for (var group : List.of("systemModules", "modules")) {
      for (var module : agentDesired.path(group)) {
        if (module.path("settings") instanceof ObjectNode settings
            && settings.get(CREATE_OPTIONS) instanceof ObjectNode options) {
          settings.set(CREATE_OPTIONS, TextNode.valueOf(Json.write(Json.canonical(options))));
        }
      }
    }
    return agentDesired;
  }
}
