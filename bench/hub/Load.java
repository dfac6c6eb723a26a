import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The load program, on core 1. */
record Load(String program) {
  private static final Pattern FIGURE = Pattern.compile("\"(\\w+)\":(-?[0-9.]+)");

  /** One that runs. */
  record Running(Process process) {
    /** Waits for its end; its figures, none when it failed. Why it did is on standard error. */
    Map<String, Double> figures() throws IOException, InterruptedException {
      var line = new String(process.getInputStream().readAllBytes());
      var figures = new HashMap<String, Double>();
      int ended = process.waitFor();
      if (ended != 0) {
        System.err.println("the load program ended with " + ended);
      } else {
        var matcher = FIGURE.matcher(line);
        while (matcher.find()) {
          figures.put(matcher.group(1), Double.valueOf(matcher.group(2)));
        }
      }
      return Map.copyOf(figures);
    }
  }

  Running start(int port, String mode, List<String> options) throws IOException {
    var command = new ArrayList<>(List.of("taskset", "-c", "1", program, mode, "--port", "" + port));
    command.addAll(options);
    var process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
    return new Running(process);
  }

  Map<String, Double> run(int port, String mode, String... options) throws IOException, InterruptedException {
    return start(port, mode, List.of(options)).figures();
  }
}
