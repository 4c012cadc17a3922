/**
 * Calls `visit` with each value that a path reaches: arrays on the way, and at the end, stand for each of their
 * elements; objects and null are visited as they are. Stops, and returns true, as soon as `visit` does.
 */
export function someValue(
  root: unknown,
  path: readonly string[],
  visit: (value: unknown) => boolean,
): boolean {
  let node = root;
  for (let depth = 0; ; depth++) {
    if (Array.isArray(node)) return someElement(node, path, depth, visit);
    const key = path[depth];
    if (key === undefined) return visit(node);
    if (!hasKey(node, key)) return false;
    node = node[key];
  }
}

/** Whether the path leads to something other than JSON null: an object, an array, even an empty one, or a value. */
export function isPresent(root: unknown, path: readonly string[]): boolean {
  const last = path.at(-1);
  if (last === undefined) return root !== null && root !== undefined;
  return someValue(root, path.slice(0, -1), (parent) => hasKey(parent, last) && parent[last] !== null);
}

/** Without recursion: a record may hold arrays nested deeper than the call stack. */
function someElement(
  array: readonly unknown[],
  path: readonly string[],
  arrayDepth: number,
  visit: (value: unknown) => boolean,
): boolean {
  const pending = [{ nodes: array, next: 0, depth: arrayDepth }];
  for (let top = pending.at(-1); top; top = pending.at(-1)) {
    if (top.next === top.nodes.length) {
      pending.pop();
      continue;
    }
    let node = top.nodes[top.next++];
    for (let depth = top.depth; ; depth++) {
      if (Array.isArray(node)) {
        pending.push({ nodes: node, next: 0, depth });
        break;
      }
      const key = path[depth];
      if (key === undefined) {
        if (visit(node)) return true;
        break;
      }
      if (!hasKey(node, key)) break;
      node = node[key];
    }
  }
  return false;
}

function hasKey(node: unknown, key: string): node is Readonly<Record<string, unknown>> {
  return typeof node === "object" && node !== null && Object.hasOwn(node, key);
}

/** Strings and numbers and booleans that a path reaches, as text and in order. */
export function textsAt(root: unknown, path: readonly string[]): string[] {
  const texts: string[] = [];
  someValue(root, path, (value) => {
    const text = textOf(value);
    if (text !== undefined) texts.push(text);
    return false;
  });
  return texts;
}

/** A scalar as JSON spells it, strings without quotes; undefined for objects and null. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The parts of a field name. */
export function pathOf(field: string): string[] {
  return field.split(".");
}
