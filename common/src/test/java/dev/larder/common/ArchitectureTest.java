package dev.larder.common;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.larder.common",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** A vocabulary neither runs nor waits: whoever uses it brings the network and the time. */
  @ArchTest
  static final ArchRule THE_VOCABULARY_IS_PURE =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.larder.common.file", "dev.larder.common.identity")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..", "java.net.http..", "java.nio.file..");

  @ArchTest
  static final ArchRule NOTHING_READS_THE_CLOCK =
      noClasses()
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("dev.larder.common.(*)..").should().beFreeOfCycles();
}
