package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.configuration.Fields;
import dev.larder.cloud.deploy.Bundle;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.fleet.Resources;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Resources and nodes. */
final class FleetRoutes {
  private static final String RESOURCES = "/api/v1/resources";
  private static final String RESOURCE = RESOURCES + "/{resource}";
  private static final String NODES = RESOURCE + "/nodes";
  private static final String NODE = NODES + "/{node}";
  private static final int MOST_TAGS = 50;
  private static final int LONGEST_TAG = 200;

  private final Resources resources;
  private final Nodes nodes;
  private final Bundle bundle;
  private final Predicate<CacheNodeId> connected;
  private final Clock clock;

  FleetRoutes(
      Resources resources,
      Nodes nodes,
      Bundle bundle,
      Predicate<CacheNodeId> connected,
      Clock clock) {
    this.resources = resources;
    this.nodes = nodes;
    this.bundle = bundle;
    this.connected = connected;
    this.clock = clock;
  }

  void add(Api api) {
    api.admin(HttpMethod.GET, RESOURCES, _ -> listResources());
    api.admin(HttpMethod.POST, RESOURCES, this::addResource);
    api.admin(
        HttpMethod.GET,
        RESOURCE,
        call -> Answer.ok(Views.resource(resources.get(call.name("resource")))));
    api.admin(HttpMethod.GET, NODES, this::listNodes);
    api.admin(HttpMethod.POST, NODES, this::addNode);
    api.admin(HttpMethod.GET, NODE, call -> Answer.ok(node(call.name("resource"), nodeName(call))));
    api.admin(HttpMethod.DELETE, NODE, this::removeNode);
    api.admin(HttpMethod.PUT, NODE + "/tags", this::putTags);
    var configuration = NODE + "/configuration";
    api.admin(
        HttpMethod.GET,
        configuration,
        call -> Answer.ok(nodes.configuration(call.name("resource"), nodeName(call)).write()));
    api.admin(
        HttpMethod.PUT,
        configuration,
        call ->
            Answer.ok(
                nodes
                    .putConfiguration(call.name("resource"), nodeName(call), call.object())
                    .write()));
    api.admin(
        HttpMethod.PATCH,
        configuration,
        call ->
            Answer.ok(
                nodes
                    .patchConfiguration(call.name("resource"), nodeName(call), call.object())
                    .write()));
    api.admin(HttpMethod.GET, NODE + "/deployment-details", this::deployment);
    api.admin(HttpMethod.GET, NODE + "/bundle.zip", this::bundle);
    api.admin(
        HttpMethod.GET,
        NODE + "/manifest",
        call -> Answer.ok(nodes.manifest(call.name("resource"), nodeName(call)).document()));
  }

  private static Name nodeName(Call call) {
    return call.name("node");
  }

  private Answer listResources() {
    return Answer.ok(Map.of("resources", resources.list().stream().map(Views::resource).toList()));
  }

  private Answer addResource(Call call) {
    var name = NameField.read(call.json());
    return Answer.created(RESOURCES + "/" + name, Views.resource(resources.add(name)));
  }

  private Answer listNodes(Call call) {
    var standing = nodes.list(call.name("resource"), connected);
    return Answer.ok(Map.of("nodes", standing.stream().map(Views::node).toList()));
  }

  private ObjectNode node(Name resource, Name name) {
    return Views.node(resource, nodes.get(resource, name, connected), clock.instant());
  }

  private Answer addNode(Call call) {
    var problems = new Problems();
    var fields = Fields.of(call.json(), problems).only("name", "tags");
    var name = NameField.read(fields);
    var tags = tags(Optional.ofNullable(call.json().get("tags")), "tags", problems);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    var resource = call.name("resource");
    nodes.add(resource, name.orElseThrow(), tags);
    var location = RESOURCES + "/" + resource + "/nodes/" + name.orElseThrow();
    return Answer.created(location, node(resource, name.orElseThrow()));
  }

  private Answer removeNode(Call call) {
    nodes.remove(call.name("resource"), nodeName(call));
    return Answer.noContent();
  }

  private Answer putTags(Call call) {
    var problems = new Problems();
    var tags = tags(Optional.of(call.object()), "", problems);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    return Answer.ok(nodes.putTags(call.name("resource"), nodeName(call), tags));
  }

  private static Map<String, String> tags(
      Optional<JsonNode> document, String path, Problems problems) {
    var tags = new HashMap<String, String>();
    if (document.isEmpty() || document.get().isNull()) {
      return tags;
    }
    var fields =
        Fields.of(
            path.isEmpty() ? document.get() : Json.object().set(path, document.get()), problems);
    var inner = path.isEmpty() ? fields : fields.object(path);
    if (document.get().size() > MOST_TAGS) {
      inner.add("", "are more than " + MOST_TAGS, "give at most " + MOST_TAGS);
    }
    for (var entry : document.get().properties()) {
      var name = entry.getKey();
      if (!name.matches(Name.PATTERN)) {
        inner.add(name, "is no name of a tag", "use letters, digits, '-' and '_'");
      }
      inner
          .required(name, "give the tag a text")
          .ifPresent(value -> {
            if (value.length() > LONGEST_TAG) {
              inner.add(name, "is longer than " + LONGEST_TAG, "give it a shorter text");
            }
            tags.put(name, value);
          });
    }
    return tags;
  }

  private Answer deployment(Call call) {
    var resource = call.name("resource");
    var name = nodeName(call);
    var bundleUrl = RESOURCES + "/" + resource + "/nodes/" + name + "/bundle.zip";
    return Answer.ok(Views.deployment(nodes.deployment(resource, name), bundleUrl));
  }

  private Answer bundle(Call call) throws IOException {
    var name = nodeName(call);
    var zip = bundle.zip(nodes.release(call.name("resource"), name));
    return Answer.bytes("application/zip", zip)
        .with("Content-Disposition", "attachment; filename=\"larder-node.zip\"");
  }
}
