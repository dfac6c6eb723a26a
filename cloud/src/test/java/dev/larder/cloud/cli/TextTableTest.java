package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cloud.cli.TextTable.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void widensColumnsToTheirWidestCell() {
    var table = new TextTable("NAME", "NODES").row("contoso", 12).row("x", 3);

    assertThat(table.render())
        .isEqualTo(
            """
            NAME     NODES
            contoso  12
            x        3
            """);
  }

  @Test
  void showsOnlyHeadingsWithoutRows() {
    assertThat(new TextTable("NAME", "NODES").render()).isEqualTo("NAME  NODES\n");
  }

  @Test
  void alignsFacts() {
    assertThat(TextTable.facts(List.of(new Fact("Name", "oslo"), new Fact("HTTP port", "80"))))
        .isEqualTo(
            """
            Name       oslo
            HTTP port  80
            """);
  }
}
