package dev.larder.hub;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** What decides does no I/O and asks no clock, so that a seed is enough to play a history again. */
@AnalyzeClasses(packages = "dev.larder.hub", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PURE = {
    "dev.larder.hub.identity..",
    "dev.larder.hub.iothub..",
    "dev.larder.hub.log..",
    "dev.larder.hub.measure..",
    "dev.larder.hub.message..",
    "dev.larder.hub.route..",
    "dev.larder.hub.session..",
    "dev.larder.hub.twin..",
    "dev.larder.hub.upstream..",
    "dev.larder.hub.wire.."
  };

  private static final String[] WHAT_PURE_CODE_USES = {
    "dev.larder.common..",
    "com.fasterxml.jackson..",
    "java.io",
    "java.lang..",
    "java.math..",
    "java.nio",
    "java.nio.charset",
    "java.security",
    "java.time..",
    "java.util..",
    "org.jspecify.."
  };

  @ArchTest
  static final ArchRule PURE_PACKAGES_TOUCH_NOTHING =
      classes()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(PURE)
                  .or(resideInAnyPackage(WHAT_PURE_CODE_USES))
                  .or(type(ByteBuf.class)));

  @ArchTest
  static final ArchRule ONLY_THE_WIRE_KNOWS_NETTYS_BUFFERS =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .resideOutsideOfPackage("dev.larder.hub.wire..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ByteBuf.class);

  @ArchTest
  static final ArchRule PURE_PACKAGES_ASK_NO_CLOCK_AND_NO_DICE =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(InstantSource.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(SecureRandom.class);

  @ArchTest
  static final ArchRule NO_OTHER_SERVICE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.larder.agent..", "dev.larder.cache..", "dev.larder.cloud..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.larder.hub.(*)..").should().beFreeOfCycles();
}
