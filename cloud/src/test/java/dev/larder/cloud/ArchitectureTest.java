package dev.larder.cloud;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.larder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** What is decided is decided on plain data; time and ids come in as arguments. */
  @ArchTest
  static final ArchRule DECIDING_IS_PURE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.larder.cloud.configuration",
              "dev.larder.cloud.render",
              "dev.larder.cloud.release",
              "dev.larder.cloud.state",
              "dev.larder.cloud.refusal")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "io.netty..",
              "java.net..",
              "java.nio.file..",
              "java.sql..",
              "org.jdbi..",
              "com.zaxxer..",
              "dev.larder.cloud.store..",
              "dev.larder.cloud.fleet..",
              "dev.larder.cloud.http..",
              "dev.larder.cloud.mqtt..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock");

  @ArchTest
  static final ArchRule TIME_COMES_FROM_THE_CLOCK_GIVEN =
      noClasses()
          .that()
          .resideInAPackage("dev.larder.cloud..")
          .and()
          .resideOutsideOfPackage("dev.larder.cloud.cli..")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_SPEAKS_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.larder.cloud.store")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.jdbi..", "com.zaxxer..", "org.flywaydb..");

  /** The command line knows the cloud by its API alone. */
  @ArchTest
  static final ArchRule THE_CLI_KNOWS_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage("dev.larder.cloud.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.larder.cloud",
              "dev.larder.cloud.access..",
              "dev.larder.cloud.authority..",
              "dev.larder.cloud.configuration..",
              "dev.larder.cloud.deploy..",
              "dev.larder.cloud.fleet..",
              "dev.larder.cloud.http..",
              "dev.larder.cloud.mqtt..",
              "dev.larder.cloud.render..",
              "dev.larder.cloud.store..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule SERVICES_DO_NOT_KNOW_EACH_OTHER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.larder.agent..", "dev.larder.hub..", "dev.larder.cache..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("dev.larder.cloud.(*)..").should().beFreeOfCycles();
}
