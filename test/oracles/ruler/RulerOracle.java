import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/**
 * Asks event-ruler, EventBridge's own matcher, whether patterns hold for events. Each line of standard input is a
 * pattern and an event as JSON with a tab between them; the answer on the same line of standard output is "true",
 * "false", or "error: " and why the pattern is refused. Needs Java 17.
 */
public final class RulerOracle {
  private RulerOracle() {}

  public static void main(String[] arguments) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      int tab = line.indexOf('\t');
      output.println(answer(line.substring(0, tab), line.substring(tab + 1)));
    }
    output.flush();
  }

  private static String answer(String pattern, String event) {
    try {
      var machine = new Machine();
      machine.addRule("pattern", pattern);
      return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
    } catch (Exception refused) {
      return "error: " + String.valueOf(refused.getMessage()).replaceAll("\\s+", " ");
    }
  }
}
