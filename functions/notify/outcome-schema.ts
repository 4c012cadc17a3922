import * as z from "zod";
import { ALERT_LEVELS, alertSchema } from "../../detections/alert";
import { RESPONSE_IDS } from "../../responses/playbook-ids";
import {
  RESPONSE_REASONS,
  RESPONSE_SCHEMA_VERSION,
  RESPONSE_STATUSES,
  type ResponseOutcome,
} from "../../responses/record";

const text = (description: string) => z.string().min(1).meta({ description });
const time = (description: string) => z.iso.datetime().max(40).meta({ description });

const { accountId, region } = alertSchema.shape.where.shape;

/**
 * The contract of what becomes of a response: carried as `detail` of an event with detail type `Response` on the alert
 * bus, written by the respond and restore functions, read by the notify function and by anybody's own rules. Identifiers
 * are bounded, because they travel as SNS message attributes and are never trimmed.
 */
export const outcomeSchema = z
  .object({
    schemaVersion: z.literal(RESPONSE_SCHEMA_VERSION),
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/)
      .meta({ description: "The same for the same alert, playbook and target." }),
    playbook: z.enum(RESPONSE_IDS).meta({ description: "Page of docs/runbooks behind `respond-`." }),
    mode: z.enum(["observe", "enforce"]).meta({ description: "Whether the playbook only looks, or acts." }),
    status: z.enum(RESPONSE_STATUSES).meta({ description: "What became of it." }),
    reason: z.enum(RESPONSE_REASONS).optional().meta({ description: "Why it is only proposed, or skipped." }),
    level: z.enum(ALERT_LEVELS).meta({ description: "Level by which people hear of it." }),
    sentence: text("What was, would be or was not done, and why; for people."),
    command: text("Takes it back, or runs what is only proposed.").optional(),
    alert: z
      .object({
        id: alertSchema.shape.id,
        ruleId: alertSchema.shape.rule.shape.id,
        ruleTitle: text("Sigma rule title."),
        level: z.enum(ALERT_LEVELS),
        summary: text("What happened, in one sentence for people."),
        eventTime: text("Time of the latest event that the alert rests on, UTC."),
      })
      .meta({ description: "The alert that asked for it." }),
    actor: z
      .object({
        name: text("Short readable name."),
        type: z.string().optional().meta({ description: "CloudTrail `userIdentity.type`." }),
        arn: z.string().optional(),
        sessionIssuerArn: z.string().optional().meta({ description: "Role or user behind the session." }),
        accountId: z.string().optional().meta({ description: "Account of the principal." }),
      })
      .meta({ description: "Who did what the alert speaks of." }),
    target: z
      .object({
        partition: text("Partition of AWS."),
        accountId,
        region,
        ids: z
          .record(z.string(), z.string())
          .meta({ description: "Names and ids, by the API's names for them." }),
      })
      .meta({ description: "What the playbook acts on." }),
    partOfStack: z
      .boolean()
      .optional()
      .meta({ description: "The target belongs to the stack, whose next deployment would change it back." }),
    time: time("When it came to this, UTC."),
  })
  .meta({
    title: "Trailkeeper response",
    description:
      "What became of one response, version 1. Keys may be added within a version; readers ignore those they do not know.",
  }) satisfies z.ZodType<ResponseOutcome>;

/** What became of a response; see {@link outcomeSchema}. */
export type Outcome = z.infer<typeof outcomeSchema>;
