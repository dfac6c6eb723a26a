package dev.larder.agent.enrol;

import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.enrol.Enrolment.RefusedException;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.common.problem.Checked;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.security.GeneralSecurityException;
import java.time.InstantSource;

/**
 * The commands {@code enrol} and {@code check-enrolment}: they read the same request from standard
 * input, and say what came of it, or whether there is something to do.
 */
public final class EnrolCommand {
  public static final int OK = 0;
  public static final int BAD_INPUT = 1;
  public static final int UNREACHABLE = 2;
  public static final int NOT_TRUSTED = 3;
  public static final int REFUSED = 4;
  public static final int OTHER_NODE = 5;
  public static final int FAILED = 6;
  public static final int PROXY_REFUSED = 7;

  /** Of {@code check-enrolment}. */
  public static final int NOT_ENROLLED = 8;

  private static final int INPUT_LIMIT_BYTES = 256 << 10;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final InstantSource clock;

  public EnrolCommand(InputStream in, PrintStream out, PrintStream err, InstantSource clock) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  /** Enrols; returns the exit code. */
  public int run(String agentVersion) throws IOException, InterruptedException {
    return run(
        agentVersion,
        (request, enrolment) -> {
          out.println(told(enrolment.run(), request));
          return OK;
        });
  }

  /**
   * Whether the machine is enrolled as the request says, and the cloud takes it for that if it can
   * be asked now. Changes nothing and spends nothing; returns the exit code.
   */
  public int check(String agentVersion) throws IOException, InterruptedException {
    return run(
        agentVersion,
        (request, enrolment) -> {
          var fault = enrolment.fault();
          fault.ifPresent(why ->
              out.println("node " + request.cacheNodeId() + " is to be registered anew: " + why));
          return fault.isPresent() ? NOT_ENROLLED : OK;
        });
  }

  @FunctionalInterface
  private interface Work {
    int on(EnrolRequest request, Enrolment enrolment)
        throws IOException, GeneralSecurityException, InterruptedException, RefusedException;
  }

  private int run(String agentVersion, Work work) throws IOException, InterruptedException {
    return switch (EnrolRequest.read(in.readNBytes(INPUT_LIMIT_BYTES))) {
      case Checked.Invalid<EnrolRequest>(var problems) -> {
        problems.forEach(problem -> err.println("enrol: " + problem));
        yield BAD_INPUT;
      }
      case Checked.Valid<EnrolRequest>(var request) -> run(request, agentVersion, work);
    };
  }

  private static String told(Enrolment.Outcome outcome, EnrolRequest request) {
    var already = "already enrolled as " + request.cacheNodeId();
    return switch (outcome) {
      case ENROLLED -> "enrolled as " + request.cacheNodeId();
      case ALREADY_ENROLLED -> already;
      case SECRETS_MADE -> already + "; its own secrets, of which some were lost, were made anew";
      case PROXY_CHANGED ->
          already
              + "; from now on it reaches the cloud"
              + (request.proxy().isPresent() ? HttpProxy.by(request.proxy()) : " directly");
    };
  }

  private int run(EnrolRequest request, String agentVersion, Work work)
      throws InterruptedException {
    try {
      return work.on(request, new Enrolment(request, agentVersion, clock.instant()));
    } catch (RefusedException e) {
      err.println("enrol: " + e.getMessage());
      return OTHER_NODE;
    } catch (CloudException e) {
      err.println("enrol: " + e.getMessage());
      return switch (e.kind()) {
        case UNREACHABLE -> UNREACHABLE;
        case NOT_TRUSTED -> NOT_TRUSTED;
        case PROXY_REFUSED -> PROXY_REFUSED;
        case REFUSED -> REFUSED;
      };
    } catch (IOException e) {
      err.println(
          "enrol: "
              + request.dataDir()
              + " cannot be used: "
              + e
              + ". See that it is there and belongs to user 10000:"
              + " install -d -o 10000 -g 10000 -m 700 "
              + request.dataDir());
      return FAILED;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      err.println("enrol: the cloud's answer or a key cannot be used: " + e.getMessage());
      return FAILED;
    }
  }
}
