package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.cloud.MethodPoll;
import dev.larder.agent.cloud.MethodPoll.Done;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.methods.Asked;
import dev.larder.agent.methods.LogAnswer;
import dev.larder.agent.methods.LogItem;
import dev.larder.agent.methods.MethodReader;
import dev.larder.agent.methods.Reply;
import dev.larder.agent.methods.Search;
import dev.larder.agent.methods.TooHardException;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.redact.Redaction;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.topic.DirectMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's hand from the cloud: carries out the agent's direct methods. */
public final class DirectMethods implements MethodPoll.Work {
  private static final Logger log = LoggerFactory.getLogger(DirectMethods.class);

  /** A direct method's answer may have 128 KiB; base64 and its surroundings stay well below. */
  private static final int BUNDLE_LIMIT_BYTES = 96 << 10;

  /** A bundle whose probes hang on a dead network still comes within the usual 20 s. */
  private static final Duration PROBES = Duration.ofSeconds(10);

  private final String agentVersion;
  private final NodeFiles files;
  private final URI docker;
  private final InstantSource clock;

  /** Logs and bundles take memory; the agent has little. */
  private final ReentrantLock large = new ReentrantLock();

  public DirectMethods(String agentVersion, NodeFiles files, URI docker, InstantSource clock) {
    this.agentVersion = agentVersion;
    this.files = files;
    this.docker = docker;
    this.clock = clock;
  }

  @Override
  public Done carryOut(DirectMethod.Handed method) throws InterruptedException {
    return switch (MethodReader.read(method.name(), method.payload(), clock.instant())) {
      case Checked.Invalid<Asked>(var problems) -> done(Reply.invalid(problems));
      case Checked.Valid<Asked>(var asked) -> carryOut(asked);
    };
  }

  private Done carryOut(Asked asked) throws InterruptedException {
    try {
      return switch (asked) {
        case Asked.Ping _ -> done(Reply.done());
        case Asked.RestartModule restart -> restart(restart.id());
        case Asked.GetModuleLogs logs -> oneAtATime(() -> logs(logs));
        case Asked.GetSupportBundle _ -> oneAtATime(this::bundle);
      };
    } catch (EngineException e) {
      return done(Reply.failed(e.reason()));
    } catch (TooHardException e) {
      return done(Reply.invalid(List.of(e.problem())));
    } catch (IOException e) {
      return done(Reply.failed("The node's folder cannot be read: " + e));
    }
  }

  private static Done done(Reply reply) {
    return new Done(reply, () -> {});
  }

  private interface Answering {
    Reply reply() throws IOException, TooHardException, InterruptedException;
  }

  private Done oneAtATime(Answering answering)
      throws IOException, TooHardException, InterruptedException {
    large.lockInterruptibly();
    try {
      return done(answering.reply());
    } finally {
      large.unlock();
    }
  }

  private NodeAtHand node() throws IOException {
    return NodeAtHand.find(files, docker)
        .orElseThrow(() -> new IOException(files.config() + " is missing"));
  }

  private Done restart(String id) throws IOException {
    var node = node();
    try (var engine = node.engine()) {
      var containers = engine.containers();
      var container = module(id, containers).flatMap(m -> engine.container(containers, m));
      if (container.isEmpty()) {
        return done(Reply.unknownModule(id, modules(containers)));
      }
      if (NodeEngine.module(container.get()).equals(ModuleId.AGENT.value())) {
        return new Done(Reply.done(), () -> restartOwn(node, container.get()));
      }
      try {
        engine.restart(container.get());
      } catch (EngineException e) {
        // The engine quotes command lines.
        return done(Reply.failed(KnownSecrets.of(node, containers).redaction().text(e.reason())));
      }
      return done(Reply.done());
    }
  }

  /** Ends this process; the engine starts it again. */
  private static void restartOwn(NodeAtHand node, JsonNode own) {
    try (var engine = node.engine()) {
      engine.restart(own);
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("agent could not be restarted");
    }
  }

  /** The module as the node calls it: as it is asked for, or else in another case. */
  private static Optional<ModuleId> module(String id, List<JsonNode> containers) {
    var modules = modules(containers);
    var found =
        modules.contains(id)
            ? Optional.of(id)
            : modules.stream().filter(id::equalsIgnoreCase).findFirst();
    return found.filter(ModuleId::isOne).map(ModuleId::of);
  }

  private static SortedSet<String> modules(List<JsonNode> containers) {
    var modules = new TreeSet<String>();
    containers.forEach(inspect -> modules.add(NodeEngine.module(inspect)));
    return modules;
  }

  /** That knows all of the node's secrets. */
  private static Redaction redaction(NodeAtHand node, List<JsonNode> containers)
      throws IOException {
    var secrets = KnownSecrets.of(node, containers);
    if (!secrets.unread().isEmpty()) {
      throw new IOException(
          "not all secrets are known that are to be removed: "
              + String.join("; ", secrets.unread()));
    }
    return secrets.redaction();
  }

  private Reply logs(Asked.GetModuleLogs asked) throws IOException, TooHardException {
    var node = node();
    try (var engine = node.engine()) {
      var containers = engine.containers();
      var redaction = redaction(node, containers);
      var search = new Search();
      var wanted = wanted(asked, containers, search);
      var origin =
          new LogAnswer.Origin(node.config().mqtt().host(), node.config().cacheNodeId().toString());
      var answer = new LogAnswer(asked, origin, search, wanted.size());
      for (var entry : wanted.entrySet()) {
        var inspect =
            module(entry.getKey(), containers).flatMap(m -> engine.container(containers, m));
        if (inspect.isPresent()) {
          var filter = entry.getValue().filter();
          var raw =
              engine.labelledLog(inspect.get(), filter.tail(), filter.since(), filter.until());
          // Before the expressions look at it: they must not be able to feel for what is removed.
          answer.add(
              entry.getKey(),
              entry.getValue(),
              redaction.text(SupportBundle.whole(raw.bytes())),
              raw.isCut());
        }
      }
      return answer.reply();
    }
  }

  private static Map<String, LogItem> wanted(
      Asked.GetModuleLogs asked, List<JsonNode> containers, Search search) throws TooHardException {
    var wanted = new LinkedHashMap<String, LogItem>();
    for (var item : asked.items()) {
      for (var module : modules(containers)) {
        if (item.fits(module, search)) {
          wanted.putIfAbsent(module, item);
        }
      }
    }
    return wanted;
  }

  private Reply bundle() throws IOException, InterruptedException {
    var node = node();
    var check = new Check(agentVersion, clock, PROBES).run(files, docker, Optional.empty());
    var bytes = new ByteArrayOutputStream();
    new SupportBundle(node, clock.instant(), SupportBundle.LogBounds.NARROW).write(check, bytes);
    var payload =
        Json.object()
            .put("name", "support-bundle.tar.gz")
            .put("payloadBytes", Base64.getEncoder().encodeToString(bytes.toByteArray()));
    int size = Json.writeBytes(payload).length;
    return size <= BUNDLE_LIMIT_BYTES
        ? Reply.done(payload)
        : Reply.tooLarge(
            "The support bundle takes "
                + size
                + " bytes as an answer; "
                + BUNDLE_LIMIT_BYTES
                + " are the most. Make it on the node: sudo ./larder-node.sh support-bundle"
                + " --output FILE");
  }
}
