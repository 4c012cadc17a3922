import { respondPattern } from "../../components/respond-pattern";

const ROLE = "arn:aws:iam::111122223333:role";

export const RESPOND_PATTERN = respondPattern([
  `${ROLE}/audit-detect`,
  `${ROLE}/audit-respond`,
  "arn:aws:iam::*:role/respond-here",
]);

/** An event on the alert bus, as far as the pattern looks at it. */
function event(detail: object, detailType = "Alert", source = "trailkeeper"): object {
  return { source, "detail-type": detailType, account: "111122223333", detail };
}

const KEY = {
  playbook: "deactivate-access-key",
  targets: [{ accessKeyId: "AKIAEXAMPLE", userName: "build" }],
};
const RESTORE = { playbook: "restore-trail", targets: [] };
const user = { actor: "build", type: "IAMUser", arn: "arn:aws:iam::111122223333:user/build" };
const session = (roleArn: string) => ({ actor: "someone", type: "AssumedRole", sessionIssuerArn: roleArn });

/** Events, and whether the responder is to see them. */
export const RESPOND_PATTERN_CASES: readonly (readonly [what: string, event: object, taken: boolean])[] = [
  ["an alert on a user's doings", event({ who: user, responses: [KEY] }), true],
  ["an alert on a role's doings", event({ who: session(`${ROLE}/build`), responses: [KEY] }), true],
  ["a repeat within the quiet period", event({ who: user, responses: [KEY] }, "Repeat"), true],
  [
    "an alert that asks for a playbook and for the trail",
    event({ who: user, responses: [RESTORE, KEY] }),
    true,
  ],
  ["an alert that asks for the trail alone", event({ who: user, responses: [RESTORE] }), false],
  ["an alert that asks for nothing", event({ who: user }), false],
  ["an alert whose list of responses is empty", event({ who: user, responses: [] }), false],
  ["what became of a response", event({ who: user, responses: [KEY] }, "Response"), false],
  ["an event of another source", event({ who: user, responses: [KEY] }, "Alert", "shop"), false],
  ["an alert on our own doings", event({ who: session(`${ROLE}/audit-respond`), responses: [KEY] }), false],
  [
    "an alert on our own doings in another account",
    event({ who: session("arn:aws:iam::444455556666:role/respond-here"), responses: [KEY] }),
    false,
  ],
  [
    "an alert on a role whose name begins like ours",
    event({ who: session(`${ROLE}/audit-respond-2`), responses: [KEY] }),
    true,
  ],
  [
    "an alert on a role of our name in another account",
    event({ who: session("arn:aws:iam::444455556666:role/audit-respond"), responses: [KEY] }),
    true,
  ],
];
