package dev.larder.common.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How every service logs: a line an event to standard output, time in UTC, from the level that
 * {@code LARDER_LOG_LEVEL} names (INFO). In Java, since reading XML would be a tenth of a second of
 * every start. A {@code logback.xml} or {@code logback-test.xml} on the class path comes first.
 */
@ConfiguratorRank(ConsoleLog.AFTER_FILES)
public final class ConsoleLog extends ContextAwareBase implements Configurator {
  /** Between logback's ranks for files, 20, and for want of any, -10. */
  static final int AFTER_FILES = 5;

  private static final String VARIABLE = "LARDER_LOG_LEVEL";
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{0} "
          + "%msg%replace( %kvp){'^ $',''}%n%ex{12}";

  /** They log a stack trace for what is no fault here, or what the service itself logs once. */
  private static final List<String> SILENT =
      List.of("io.vertx.mqtt", "io.vertx.core.net.impl.VertxConnection");

  private static final List<String> QUIET =
      List.of("io.netty", "com.github.dockerjava", "org.flywaydb", "com.zaxxer.hikari");

  @Override
  public ExecutionStatus configure(LoggerContext logging) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(logging);
    encoder.setPattern(PATTERN);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(logging);
    console.setName("console");
    console.setEncoder(encoder);
    console.start();
    var root = logging.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    setLevel(root, System.getenv(VARIABLE));
    SILENT.forEach(name -> logging.getLogger(name).setLevel(Level.OFF));
    QUIET.forEach(name -> logging.getLogger(name).setLevel(Level.WARN));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets the level that a text names; INFO without one. */
  static void setLevel(Logger root, @Nullable String text) {
    var named = Optional.ofNullable(text).map(name -> Level.toLevel(name.strip(), null));
    root.setLevel(named.orElse(Level.INFO));
    if (text != null && named.isEmpty()) {
      root.warn(
          "{} is {}, which is no level, so that INFO is used: write one of TRACE, DEBUG, INFO, WARN,"
              + " ERROR, OFF",
          VARIABLE,
          text);
    }
  }
}
