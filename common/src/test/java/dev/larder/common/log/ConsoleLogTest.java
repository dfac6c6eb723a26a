package dev.larder.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class ConsoleLogTest {
  @Test
  void isWhatLogbackFindsWithoutAFile() throws JoranException {
    assertThat(ServiceLoader.load(Configurator.class)).anyMatch(ConsoleLog.class::isInstance);
    var logging = new LoggerContext();
    new ContextInitializer(logging).autoConfig();
    assertThat(logging.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console")).isNotNull();
    assertThat(logging.getLogger("dev.larder").getEffectiveLevel()).isEqualTo(Level.INFO);
    assertThat(logging.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
    assertThat(logging.getLogger("io.vertx.mqtt.impl").isErrorEnabled()).isFalse();
  }

  @Test
  void whatIsNoLevelIsSaidAndLeavesInfo() {
    var root = new LoggerContext().getLogger(Logger.ROOT_LOGGER_NAME);
    var said = new ListAppender<ILoggingEvent>();
    said.start();
    root.addAppender(said);
    ConsoleLog.setLevel(root, " debug ");
    assertThat(root.getLevel()).isEqualTo(Level.DEBUG);
    ConsoleLog.setLevel(root, null);
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    assertThat(said.list).isEmpty();
    ConsoleLog.setLevel(root, "loud");
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    assertThat(said.list.getFirst().getFormattedMessage())
        .contains("LARDER_LOG_LEVEL is loud", "write one of");
  }
}
