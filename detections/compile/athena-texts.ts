import type { StringTest } from "../sigma/model";
import { ignoresCase, numberSpelled, Refusal, shapeOf } from "./compiled";
import { and, call, compare, not, or, text, type Sql } from "./sql";

/** A test of a value that is a text or NULL; NULL or false where it does not hold. */
export function testText(value: Sql, test: StringTest): Sql {
  const shape = shapeOf(test);
  if (shape.kind === "any") return not({ kind: "isNull", of: value });
  const folded = ignoresCase(test);
  const fold = (written: string) => (folded ? written.toLowerCase() : written);
  const compared = folded ? call("lower", value) : value;
  if (shape.kind === "exact") return compare(compared, "=", text(fold(shape.text)));
  return { kind: "like", of: compared, pattern: likePattern(test, fold) };
}

function likePattern({ parts }: StringTest, fold: (written: string) => string): string {
  return parts
    .map((part) => {
      if ("text" in part) return fold(part.text).replace(/[\\%_]/g, "\\$&");
      // A character outside the Basic Multilingual Plane is two in Sigma's sense here, and one in Athena's.
      if (part.wildcard === "?") throw new Refusal("the wildcard ? counts characters differently in Athena");
      return "%";
    })
    .join("");
}

/** Tests of one JSON value that is no list; NULL or false where they do not hold. */
export const jsonTests = {
  string(value: Sql, test: StringTest): Sql {
    const shape = shapeOf(test);
    const holds = testText(scalarOf(value), test);
    if (shape.kind === "any") return isText(value);
    if (shape.kind !== "exact") return and(isText(value), holds);
    const number = numberSpelled(shape.text);
    if (number !== undefined) return or(and(isText(value), holds), jsonTests.compare(value, "=", number));
    // A number's text is not always the one that we compare with: 1e3 is 1000.
    return /^-?\d/.test(shape.text) ? and(isText(value), holds) : holds;
  },

  number(value: Sql, number: number): Sql {
    return or(
      and(isText(value), compare(scalarOf(value), "=", text(String(number)))),
      jsonTests.compare(value, "=", number),
    );
  },

  boolean(value: Sql, flag: boolean): Sql {
    return compare(call("lower", scalarOf(value)), "=", text(String(flag)));
  },

  compare(value: Sql, operator: "=" | ">" | ">=" | "<" | "<=", number: number): Sql {
    const left: Sql = { kind: "tryCast", of: scalarOf(value), type: "double" };
    return and(not(isText(value)), compare(left, operator, { kind: "number", value: number }));
  },
};

/** Text, number or boolean as text; NULL for objects and null. */
export function scalarOf(value: Sql): Sql {
  return call("json_extract_scalar", value, text("$"));
}

function isText(value: Sql): Sql {
  return { kind: "like", of: call("json_format", value), pattern: '"%' };
}
