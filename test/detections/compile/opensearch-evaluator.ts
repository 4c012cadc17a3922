import { INDEXED_ADDRESS_FIELD, type Clause } from "../../../detections/compile/opensearch";
import { isInNetwork, parseAddress, parseNetwork } from "../../../formats/ip-network";

/** What the index keeps of an event: texts by the path of their field, lists flattened. */
export type IndexedDocument = ReadonlyMap<string, readonly string[]>;

const FLAT_OBJECTS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"];

/** Indexes an event as the compiler asks of the index. */
export function documentOf(event: object): IndexedDocument {
  const values = new Map<string, string[]>();
  const keep = (path: string, value: string) => values.set(path, [...(values.get(path) ?? []), value]);
  const index = (node: unknown, path: string): void => {
    if (Array.isArray(node)) node.forEach((element) => index(element, path));
    else if (typeof node === "object" && node !== null)
      for (const [key, value] of Object.entries(node)) index(value, path === "" ? key : `${path}.${key}`);
    else if (typeof node === "string") keep(path, node);
    else if (node !== null) keep(path, JSON.stringify(node));
  };
  index(event, "");
  for (const address of values.get("sourceIPAddress") ?? [])
    if (parseAddress(address)) keep(INDEXED_ADDRESS_FIELD, address);
  return values;
}

/** Whether a clause holds for a document (OpenSearch documentation, "Term-level queries" and "Boolean query"). */
export function holds(clause: Clause, document: IndexedDocument): boolean {
  if ("match_all" in clause) return true;
  if ("match_none" in clause) return false;
  if ("exists" in clause) return document.has(clause.exists.field);
  if ("bool" in clause) {
    const { filter = [], should = [], minimum_should_match: needed = 0, must_not: never = [] } = clause.bool;
    return (
      filter.every((part) => holds(part, document)) &&
      should.filter((part) => holds(part, document)).length >= needed &&
      !never.some((part) => holds(part, document))
    );
  }
  const isTerm = "term" in clause;
  const [[field, query] = ["", { value: "" }]] = Object.entries(isTerm ? clause.term : clause.wildcard);
  const value = String(query.value);
  if (field === INDEXED_ADDRESS_FIELD) {
    const network = parseNetwork(value);
    return (
      network !== undefined && (document.get(field) ?? []).some((address) => isInNetwork(address, network))
    );
  }
  const folds = query.case_insensitive === true;
  const expression = new RegExp(`^${isTerm ? literal(value) : glob(value)}$`, folds ? "i" : "");
  return valuesOf(document, field, folds).some((text) => expression.test(text));
}

/** In a flat_object, case_insensitive goes for the keys as well (measured on OpenSearch 2.19.6 and 3.8.0). */
function valuesOf(document: IndexedDocument, field: string, folds: boolean): readonly string[] {
  const [root = ""] = field.split(".");
  if (!folds || !FLAT_OBJECTS.includes(root)) return document.get(field) ?? [];
  return [...document].flatMap(([path, values]) =>
    path.toLowerCase() === field.toLowerCase() ? values : [],
  );
}

function glob(pattern: string): string {
  return pattern.replace(/\\(.)|[\s\S]/g, (token: string, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (token === "*") return "[\\s\\S]*";
    return token === "?" ? "[\\s\\S]" : literal(token);
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
