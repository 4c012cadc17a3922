/** What stands for a text that may be a secret. */
export const MASK = "[hidden]";

/** Words in a field's name that say its value may be a secret, or hold one. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|pwd$|secret|token|credential|private_?key|api_?key|key_?material|passcode|authorization|plaintext|user_?data$|signature|cookie/i;

/** Endings of names that speak about a secret without being one: `secretId`, `passwordResetRequired`. */
const ABOUT_SECRETS =
  /(?:id|ids|idlist|arn|arns|name|names|type|status|required|enabled|expired|policy|length|age|state|version|days|time|date)$/i;

/** Whether the value of a field must never be shown: a part of the field's name says password, token, secret... */
export function isSecretField(field: string): boolean {
  // The id of a key is none, whatever it is part of.
  if (/(?:^|\.)accessKeyId$/i.test(field)) return false;
  return field.split(".").some((part) => SECRET_NAME.test(part) && !ABOUT_SECRETS.test(part));
}

/**
 * Forms of secrets. A secret access key is 40 characters and a session token some hundred of base64
 * (IAM User Guide, "Managing access keys"); access key ids are shorter, and no secret.
 */
const SECRET_FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g,
  // A run of base64 in both cases and digits: a secret access key has 40 of it, tokens have more than 100.
  /(?<![A-Za-z0-9+/=_-])(?=[^\s:]*[a-z])(?=[^\s:]*[A-Z])(?=[^\s:]*\d)(?:[A-Za-z0-9+/]{40}|[A-Za-z0-9+/_-]{100,}={0,2})(?![A-Za-z0-9+/=_-])/g,
  // The same as the last part of an ARN or a path, which a name without slashes can be.
  /(?<=\/)(?=[A-Za-z0-9+]*[a-z])(?=[A-Za-z0-9+]*[A-Z])(?=[A-Za-z0-9+]*\d)[A-Za-z0-9+]{40}(?![A-Za-z0-9+/=_-])/g,
  /\b(?:gh[opsu]|github_pat|glpat|xox[abprs]|sk|rk)[_-][A-Za-z0-9_-]{16,}/g,
];

const NAMES =
  "passw(?:or)?d|passphrase|pwd|secret(?:[_-]?(?:access[_-]?)?key|[_-]?string|[_-]?binary)?|token|signature|api[_-]?key|authorization";

/** A quote, which is behind backslashes where JSON stands in a text of JSON. */
const QUOTE = `\\\\*["']`;

/**
 * `password=hunter2`, `X-Amz-Security-Token=...`, `"secret": "..."`, `password: ...`; the name stays. What follows a
 * colon elsewhere is rather the rest of an ARN (`secret:name`) or of a sentence (`sts:GetSessionToken: because`).
 */
const ASSIGNMENT =
  `(?:(?:${NAMES})(?:${QUOTE})?\\s*=\\s*|${QUOTE}[\\w-]*(?:${NAMES})${QUOTE}\\s*:\\s*` +
  `|\\b(?:passw(?:or)?d|authorization):\\s+|(?<![\\w-])--?[\\w-]*passw(?:or)?d\\s+)`;

/** In quotes, all up to the closing one. */
const QUOTED_SECRET = new RegExp(`(${ASSIGNMENT}(\\\\*)(["']))(?!\\[hidden\\])(?:(?!\\2\\3)[\\s\\S])+`, "gi");
const ASSIGNED_SECRET = new RegExp(
  `(${ASSIGNMENT}(?:bearer |basic )?)(?!\\[hidden\\]|${QUOTE})[^\\s"',;&)]+`,
  "gi",
);

/** `https://user:password@host` */
const URL_PASSWORD = /(:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g;

/** A text of an event, with everything that looks like a secret hidden. Access key ids and ARNs stay. */
export function maskSecrets(text: string): string {
  const masked = SECRET_FORMS.reduce((result, form) => result.replace(form, MASK), text);
  return masked
    .replace(QUOTED_SECRET, `$1${MASK}`)
    .replace(ASSIGNED_SECRET, `$1${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}`);
}
