import * as z from "zod";
import { ALERT_LEVELS, ALERT_SCHEMA_VERSION } from "./alert-identity";

export {
  ALERT_DETAIL_TYPE,
  ALERT_LEVELS,
  ALERT_SCHEMA_VERSION,
  ALERT_SOURCE,
  REPEAT_DETAIL_TYPE,
  alertId,
  type AlertLevel,
} from "./alert-identity";

const text = (description: string) => z.string().min(1).meta({ description });
const time = (description: string) => z.iso.datetime().max(40).meta({ description });

/**
 * The alert contract: what happened in words that a tired person understands, and the same as data. Written by the
 * detector, carried as `detail` of an event on the alert bus, read by the notify and respond functions and by
 * anybody's own rules. Identifiers are bounded, because they travel as SNS message attributes and are never trimmed.
 */
export const alertSchema = z
  .object({
    schemaVersion: z.literal(ALERT_SCHEMA_VERSION),
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/)
      .meta({ description: "The same for the same rule and events, however often the alert is delivered." }),
    level: z.enum(ALERT_LEVELS),
    summary: text("What happened, in one sentence for people."),
    firstStep: text("What to do first; from the runbook."),
    runbookUrl: z.url().optional().meta({ description: "Where the whole runbook is." }),
    rule: z
      .object({
        id: z
          .string()
          .regex(/^[A-Za-z0-9._:/-]{1,128}$/)
          .meta({ description: "Sigma rule id." }),
        title: text("Sigma rule title."),
        tags: z
          .array(z.string())
          .optional()
          .meta({ description: "Sigma tags, for example ATT&CK techniques." }),
        falsePositives: z.array(z.string()).optional().meta({ description: "When this is harmless." }),
      })
      .meta({ description: "The detection that fired." }),
    who: z
      .object({
        actor: text("Short readable name of the principal: role and session, user, root, or service."),
        type: z.string().optional().meta({ description: "CloudTrail `userIdentity.type`." }),
        arn: z.string().optional(),
        accountId: z.string().optional().meta({ description: "Account of the principal." }),
        sessionIssuerArn: z.string().optional().meta({ description: "Role or user behind the session." }),
        accessKeyId: z.string().optional(),
        mfaAuthenticated: z.boolean().optional(),
      })
      .meta({ description: "Who did it." }),
    what: z
      .object({
        eventSource: text("Service, for example `iam.amazonaws.com`."),
        eventName: text("API, for example `CreateAccessKey`."),
        outcome: z.enum(["success", "failure"]),
        errorCode: z.string().optional(),
        errorMessage: z.string().optional(),
        targets: z.array(z.string()).optional().meta({ description: "ARNs or names of what was acted on." }),
      })
      .meta({ description: "What was called, and how it ended." }),
    where: z
      .object({
        accountId: z
          .string()
          .regex(/^\d{12}$/)
          .meta({ description: "Account in which it happened." }),
        region: z
          .string()
          .regex(/^[a-z0-9-]{1,32}$/)
          .meta({ description: "Region in which it happened." }),
        sourceIpAddress: z
          .string()
          .optional()
          .meta({ description: "Address, or the DNS name of a service." }),
        userAgent: z.string().optional(),
      })
      .meta({ description: "Where it happened." }),
    when: z
      .object({
        firstEventTime: time("Time of the earliest event, UTC."),
        lastEventTime: time("Time of the latest event, UTC."),
        detectedTime: time("When the rule fired, UTC."),
      })
      .meta({ description: "When it happened." }),
    evidence: z
      .object({
        eventCount: z.int().min(1).meta({ description: "How many events the alert rests on." }),
        eventIDs: z
          .array(z.string())
          .min(1)
          .meta({ description: "CloudTrail `eventID` of each; all of them unless `trimmed`." }),
        query: z
          .string()
          .optional()
          .meta({ description: "Athena query that shows the events and what surrounds them." }),
        consoleUrl: z.url().optional().meta({ description: "The events in the AWS console." }),
      })
      .meta({ description: "What it rests on." }),
    responses: z
      .array(
        z
          .object({
            playbook: z
              .string()
              .regex(/^[a-z0-9-]{1,64}$/)
              .meta({ description: "Page of docs/runbooks behind `respond-`." }),
            targets: z
              .array(z.record(z.string(), z.string().max(2048)))
              .max(20)
              .meta({ description: "Names and ids of what the playbook would act on." }),
          })
          .meta({ description: "A playbook that fits." }),
      )
      .optional()
      .meta({
        description: "Responses that the rule asks for. Whether they are made is the responder's business.",
      }),
    repeatOf: z
      .string()
      .optional()
      .meta({ description: "Id of the alert that this is a repeat of, within its quiet period." }),
    trimmed: z.boolean().optional().meta({
      description: "Something was left out to fit a notification; the alert bus's archive has the whole.",
    }),
  })
  .meta({
    title: "Trailkeeper alert",
    description:
      "One alert, version 1. Keys may be added within a version; readers ignore those they do not know.",
  });

/** One alert; see {@link alertSchema}. */
export type Alert = z.infer<typeof alertSchema>;
