import { parseArn } from "../formats/arn";
import type { SubscriptionSettings } from "./model";

type Protocol = SubscriptionSettings["protocol"];

interface EndpointForm {
  readonly allowed: string;
  readonly accepts: (endpoint: string) => boolean;
}

const EMAIL: EndpointForm = {
  allowed: "an e-mail address, name@example.com",
  accepts: (endpoint) => /^[^\s@<>(),;:"]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}$/.test(endpoint),
};

/** What SNS accepts as the endpoint of each protocol (SNS API reference, Subscribe). */
const FORMS: Readonly<Record<Protocol, EndpointForm>> = {
  email: EMAIL,
  "email-json": EMAIL,
  https: { allowed: "a URL that begins with https:// and names a host", accepts: isHttpsUrl },
  sqs: {
    // A standard topic delivers to standard queues only (SNS Developer Guide, "Message delivery for FIFO topics").
    allowed: "the ARN of a standard queue, arn:aws:sqs:REGION:ACCOUNT:NAME (no .fifo)",
    accepts: (endpoint) => arnResource(endpoint, "sqs", /^[A-Za-z0-9_-]{1,80}$/),
  },
  lambda: {
    allowed: "the ARN of a function, arn:aws:lambda:REGION:ACCOUNT:function:NAME",
    accepts: (endpoint) =>
      arnResource(endpoint, "lambda", /^function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]+)?$/),
  },
  sms: {
    allowed: "a phone number in E.164 form, +491701234567",
    accepts: (endpoint) => /^\+[1-9]\d{7,14}$/.test(endpoint),
  },
};

function isHttpsUrl(endpoint: string): boolean {
  return /^https:\/\/[^\s/]/.test(endpoint) && !/\s/.test(endpoint) && URL.canParse(endpoint);
}

function arnResource(endpoint: string, service: string, resource: RegExp): boolean {
  const arn = parseArn(endpoint);
  return (
    arn !== undefined &&
    arn.service === service &&
    arn.region !== "" &&
    /^\d{12}$/.test(arn.accountId) &&
    resource.test(arn.resource)
  );
}

/**
 * The form an endpoint must have for its protocol, when it has another; `undefined` when it is right. Never repeats the
 * endpoint, because pager URLs hold keys.
 */
export function endpointMistake(protocol: Protocol, endpoint: string): string | undefined {
  const form = FORMS[protocol];
  return form.accepts(endpoint) ? undefined : form.allowed;
}
