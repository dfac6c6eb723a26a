package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.configuration.Fields;
import dev.larder.cloud.fleet.Layers;
import dev.larder.cloud.store.LayerTable.LayerRow;
import dev.larder.common.id.Name;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.TargetCondition;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.Map;

/** Layers. */
final class LayerRoutes {
  private static final String LAYERS = "/api/v1/resources/{resource}/layers";
  private static final String LAYER = LAYERS + "/{layer}";
  private static final int HIGHEST_PRIORITY = 1_000_000;

  private final Layers layers;

  LayerRoutes(Layers layers) {
    this.layers = layers;
  }

  void add(Api api) {
    api.admin(HttpMethod.GET, LAYERS, this::list);
    api.admin(
        HttpMethod.GET,
        LAYER,
        call -> Answer.ok(Views.layer(layers.get(call.name("resource"), call.name("layer")))));
    api.admin(HttpMethod.PUT, LAYER, this::put);
    api.admin(HttpMethod.DELETE, LAYER, this::remove);
  }

  private Answer list(Call call) {
    var all = layers.list(call.name("resource")).stream().map(Views::layer).toList();
    return Answer.ok(Map.of("layers", all));
  }

  private Answer put(Call call) {
    var put = layers.put(call.name("resource"), read(call.name("layer"), call.object()));
    var view = Views.layer(put.layer());
    return put.made()
        ? Answer.created(
            "/api/v1/resources/" + call.name("resource") + "/layers/" + call.name("layer"), view)
        : Answer.ok(view);
  }

  private static LayerRow read(Name name, ObjectNode body) {
    var problems = new Problems();
    var fields = Fields.of(body, problems).only("targetCondition", "priority", "content");
    var target = fields.required("targetCondition", "write tags.<name> = '<value>', or *");
    var priority = fields.whole("priority", 0, HIGHEST_PRIORITY);
    if (!fields.has("priority")) {
      fields.add("priority", "is missing", "give a whole number; a higher one has the last word");
    }
    if (!fields.has("content")) {
      fields.add("content", "is missing", "write {\"modulesContent\": {…}}");
    }
    target.ifPresent(text ->
        TargetCondition.parse(text, "targetCondition")
            .problems()
            .forEach(p -> problems.add(p.path(), p.message(), p.mend())));
    if (fields.has("content")) {
      Deployment.read(body.path("content"))
          .problems()
          .forEach(p ->
              problems.add(
                  p.path().isEmpty() ? "content" : "content." + p.path(), p.message(), p.mend()));
    }
    if (!problems.isEmpty() || !(body.get("content") instanceof ObjectNode content)) {
      throw new ProblemException(problems.list());
    }
    return new LayerRow(name, target.orElseThrow(), priority.orElseThrow(), content, Instant.EPOCH);
  }

  private Answer remove(Call call) {
    layers.remove(call.name("resource"), call.name("layer"));
    return Answer.noContent();
  }
}
