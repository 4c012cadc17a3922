import { RESPONSE_IDS } from "../../responses/playbook-ids";
import { modesOfResponses } from "../response-modes";
import { rule, when, type Rule } from "./rule";

/** Rules about automated responses. */
export const RESPONSE_RULES: readonly Rule[] = [
  // Whoever locks everybody else out must not be able to lock out the last one who can mend it.
  rule(
    ["responseMode", "responseModes", "breakGlassPrincipals"],
    ({ responseMode, responseModes, breakGlassPrincipals }) => {
      const modes = modesOfResponses(responseMode, responseModes);
      const enforced = RESPONSE_IDS.find((id) => modes[id] === "enforce");
      const key = enforced && responseModes?.[enforced] ? `responseModes.${enforced}` : "responseMode";
      return [
        when(enforced !== undefined && breakGlassPrincipals.length === 0, {
          key: "breakGlassPrincipals",
          problem: `is empty although ${key} is enforce`,
          allowed: "at least one role/NAME, user/NAME or ARN that no response ever touches",
        }),
      ];
    },
  ),

  // The role in a member trusts the responder's role, which is named after the trail that another stack makes.
  rule(["deployment", "memberResponseRole", "trailName"], ({ deployment, memberResponseRole, trailName }) => [
    when(deployment === "forwarder" && memberResponseRole !== undefined && trailName === undefined, {
      key: "trailName",
      problem: "is missing although memberResponseRole is set and deployment is forwarder",
      allowed: "the trailName of the stack with the detections, whose responder the role trusts",
    }),
  ]),
];
