import { z } from "zod";
import { suggestName } from "../formats/suggest-name";

/** A mistake inside one key: where, what, and the allowed form, all without the project's name. */
export interface Mistake {
  readonly path: string;
  readonly problem: string;
  readonly allowed: string;
}

/** What a refinement says about itself in the issue's `params`, where the described form alone is not enough. */
interface IssueParams {
  readonly problem?: string;
  readonly allowed?: string;
}

const LONGEST_SHOWN_CHARACTERS = 100;

/** A value as an error message shows it: JSON on one line, cut off when long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST_SHOWN_CHARACTERS ? `${text.slice(0, LONGEST_SHOWN_CHARACTERS)}...` : text;
}

/** What a wrapper that says nothing about the form is around; `undefined` for any other schema. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodReadonly
    ? schema.unwrap()
    : undefined;
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = unwrapped(schema);
  return inner === undefined ? schema : bare(inner);
}

/** The schema at a path, in its wrappers: any of them may carry the description. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  let current: z.core.$ZodType | undefined = schema;
  for (const step of path) {
    const outer: z.core.$ZodType | undefined = current && bare(current);
    if (outer instanceof z.ZodArray) current = outer.element;
    else if (outer instanceof z.ZodObject) {
      current = (outer.shape as Readonly<Record<string, z.core.$ZodType>>)[String(step)];
    } else return undefined;
  }
  return current;
}

function formOf(schema: z.core.$ZodType | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const own = schema instanceof z.ZodType ? schema.description : undefined;
  return own ?? formOf(unwrapped(schema));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

function writePath(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
}

function unknownProperty(name: string, known: readonly string[]): string {
  const meant = suggestName(name, known);
  return `has an unknown property ${show(name)}${meant === undefined ? "" : `, did you mean ${meant}?`}`;
}

/**
 * Puts zod's issues into words. `hideValues` keeps every part of the value out of them, property names included,
 * because the value may hold secrets.
 */
export function explainIssues(options: {
  readonly issues: readonly z.core.$ZodIssue[];
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly typeForm: string;
  readonly hideValues: boolean;
}): Mistake[] {
  const { issues, schema, value, typeForm, hideValues } = options;
  const mistakes = issues.flatMap((issue): Mistake[] => {
    const path = writePath(issue.path);
    const there = schemaAt(schema, issue.path);
    const allowed = formOf(there) ?? typeForm;
    if (issue.code === "unrecognized_keys") {
      if (hideValues) return [{ path, problem: "has an unknown property", allowed }];
      const object = there && bare(there);
      const known = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
      return issue.keys.map((name) => ({ path, problem: unknownProperty(name, known), allowed }));
    }
    const params: IssueParams = issue.code === "custom" ? (issue.params ?? {}) : {};
    const actual = valueAt(value, issue.path);
    const shown =
      actual === undefined ? "is missing" : hideValues ? "has another form" : `is ${show(actual)}`;
    return [{ path, problem: params.problem ?? shown, allowed: params.allowed ?? allowed }];
  });
  const seen = new Set<string>();
  return mistakes.filter((mistake) => {
    const line = JSON.stringify(mistake);
    return !seen.has(line) && seen.add(line);
  });
}
