/** A stack as URNs name it. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
}

/**
 * Reads project and stack from any URN of the stack: `urn:pulumi:STACK::PROJECT::TYPE::NAME`
 * (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns). Both are empty for what is no URN.
 */
export function stackOfUrn(urn: string): StackIdentity {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
  return { project, stack };
}

/** What a pattern for {@link matchesStack} looks like; another one would silently match nothing. */
export const STACK_PATTERN = "^[^/]+/[^/]+$";

/** Whether one of the patterns names the stack: `PROJECT/STACK` with `*` for any run of characters but `/`. */
export function matchesStack(patterns: readonly string[], identity: StackIdentity): boolean {
  return matchesName(patterns, `${identity.project}/${identity.stack}`);
}

/** Whether one of the patterns (`*` for any run of characters but `/`) matches the whole name. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("[^/]*");
    return new RegExp(`^${source}$`).test(name);
  });
}
