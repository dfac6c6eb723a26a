package dev.larder.agent.front;

import dev.larder.agent.registry.RegistryName;
import java.net.Socket;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A pull that is under way through the front. */
final class Pass {
  private static final int TOKEN_BYTES = 16;

  private final String token;
  private final RegistryName name;
  private final Upstream upstream;
  private final Set<Stream> open = new HashSet<>();
  private boolean isOver;
  private Optional<String> failure = Optional.empty();

  /** A connection of the engine's, and the thread that serves it. */
  record Stream(Socket socket, Thread thread) {}

  Pass(RegistryName name, Upstream upstream, RandomGenerator random) {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    this.token = HexFormat.of().formatHex(bytes);
    this.name = name;
    this.upstream = upstream;
  }

  /** What the engine's requests name it by. */
  String token() {
    return token;
  }

  RegistryName name() {
    return name;
  }

  Upstream upstream() {
    return upstream;
  }

  /** Why the registry could not be read from, if it could not the last time. */
  synchronized Optional<String> failure() {
    return failure;
  }

  synchronized void failed(String reason) {
    failure = Optional.of(reason);
  }

  synchronized void answered() {
    failure = Optional.empty();
  }

  /** Answers false when the pull is over. */
  synchronized boolean begin(Stream stream) {
    return !isOver && open.add(stream);
  }

  synchronized void end(Stream stream) {
    open.remove(stream);
  }

  /** The pull is over; answers what of it is still open. */
  synchronized Set<Stream> finish() {
    isOver = true;
    return Set.copyOf(open);
  }
}
