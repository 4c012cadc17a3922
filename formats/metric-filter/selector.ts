import type { Selector, Step } from "./model";
import type { Scanner } from "./scanner";

/** Parses `$.a.b[0]`, `$.a[*]`, `$.*`, `$.['dotted.key']`: one wildcard at most. */
export function parseSelector(scanner: Scanner): Selector {
  const start = scanner.position;
  if (!scanner.takeToken("$.")) {
    scanner.fail(
      scanner.next === "!"
        ? "there is no negation of a group; use != or NOT EXISTS inside it"
        : "expected a field selector here, which starts with $. as in $.eventName",
    );
  }
  const steps: Step[] = [parseKey(scanner)];
  for (;;) {
    if (scanner.takeToken(".")) steps.push(parseKey(scanner));
    else if (scanner.next === "[") steps.push(parseElement(scanner));
    else break;
  }
  if (steps.filter((step) => step.kind === "any-key" || step.kind === "any-element").length > 1) {
    scanner.fail("a selector may hold one wildcard only", start);
  }
  return steps;
}

/** What follows a dot: a name, `*`, or a key in brackets and single quotes. */
function parseKey(scanner: Scanner): Step {
  if (scanner.takeToken("*")) return { kind: "any-key" };
  if (scanner.next === "[") {
    const quoted = scanner.take(/\['[^']+'\]/y);
    if (quoted === undefined) scanner.fail("a key in brackets is written .['key'] with single quotes");
    return { kind: "key", key: quoted.slice(2, -2) };
  }
  const key = scanner.take(/[A-Za-z0-9_-]+/y);
  if (key === undefined) {
    scanner.fail("a field name holds letters, digits, - and _ only; write any other key as .['key']");
  }
  return { kind: "key", key };
}

function parseElement(scanner: Scanner): Step {
  const text = scanner.take(/\[(?:\*|\d{1,9})\]/y);
  if (text === undefined) {
    scanner.fail(
      "an array element is [0], [1] ... or [*]; a key in brackets needs a dot before it: .['key']",
    );
  }
  return text === "[*]" ? { kind: "any-element" } : { kind: "element", index: Number(text.slice(1, -1)) };
}
