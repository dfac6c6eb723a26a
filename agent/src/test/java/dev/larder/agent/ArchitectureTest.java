package dev.larder.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "dev.larder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** What decides knows no engine, network, disk or clock, so that seeded histories can run it. */
  @ArchTest
  static final ArchRule pure_packages_do_nothing =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.larder.agent.plan",
              "dev.larder.agent.create",
              "dev.larder.agent.policy",
              "dev.larder.agent.images",
              "dev.larder.agent.report",
              "dev.larder.agent.check",
              "dev.larder.agent.methods",
              "dev.larder.agent.metrics",
              "dev.larder.agent.rate",
              "dev.larder.agent.registry",
              "dev.larder.agent.redact")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.github.dockerjava..",
              "java.net..",
              "java.nio.file..",
              "com.sun.net..",
              "java.util.concurrent..",
              "dev.larder.agent.engine",
              "dev.larder.agent.cloud",
              "dev.larder.agent.handover")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.Clock.class);

  @ArchTest
  static final ArchRule planner_stands_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.larder.agent.plan")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.larder.agent..")
                  .and(resideOutsideOfPackage("dev.larder.agent.plan")));

  @ArchTest
  static final ArchRule services_do_not_know_each_other =
      noClasses()
          .that()
          .resideInAPackage("dev.larder.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.larder.hub..", "dev.larder.cache..", "dev.larder.cloud..");

  @ArchTest
  static final ArchRule packages_form_no_cycles =
      SlicesRuleDefinition.slices().matching("dev.larder.agent.(*)..").should().beFreeOfCycles();
}
