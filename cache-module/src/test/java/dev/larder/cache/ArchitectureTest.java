package dev.larder.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

@AnalyzeClasses(packages = "dev.larder.cache", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PURE = {
    "dev.larder.cache.request",
    "dev.larder.cache.catalogue",
    "dev.larder.cache.slice",
    "dev.larder.cache.fresh",
    "dev.larder.cache.settings",
    "dev.larder.cache.updates",
    "dev.larder.cache.prefetch",
    "dev.larder.cache.traffic"
  };

  @ArchTest
  void whatDecidesTouchesNothing(JavaClasses classes) {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx..",
            "io.netty..",
            "java.net.http..",
            "java.nio.file..",
            "java.nio.channels..",
            "org.slf4j..",
            "io.micrometer..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .check(classes);
  }

  @ArchTest
  void servicesDoNotKnowEachOther(JavaClasses classes) {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.larder.agent..", "dev.larder.hub..", "dev.larder.cloud..")
        .check(classes);
  }

  @ArchTest
  void packagesFormNoCycles(JavaClasses classes) {
    slices().matching("dev.larder.cache.(*)..").should().beFreeOfCycles().check(classes);
  }
}
