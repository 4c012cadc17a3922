import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import { GetQueueUrlCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { parseArn } from "../../formats/arn";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { compileEventPattern } from "../../formats/event-pattern";
import { clientConfig, type EmulatorConnection } from "../connection";
import {
  eventBridgeEvent,
  isReadOnlyCall,
  MAX_EVENT_BYTES,
  type EventBridgeEvent,
} from "./event-bridge-event";

/** A deployed rule with the ARNs of its targets. */
interface DeployedRule {
  readonly name: string;
  readonly region: string;
  readonly matches: (event: EventBridgeEvent) => boolean;
  readonly patternText: string;
  readonly state: RuleState | undefined;
  readonly targetArns: readonly string[];
}

/** What the fast path made of the events. */
export interface FastPathOutcome {
  /** Events that CloudTrail hands to EventBridge: in a monitored Region and no larger than it takes. */
  readonly offered: number;
  /** Events that a forwarding rule let through, to the raw-event bus and on to the queue. */
  readonly forwarded: number;
}

/**
 * Stands in for EventBridge between an API call and the queue of the detect function: the local cloud takes no events
 * of AWS services and has no buses across Regions. The deployed rules decide, in the two steps that they are deployed
 * in, and the local cloud is asked to confirm each verdict that lets an event through.
 */
export class FastPath {
  readonly outcome = { offered: 0, forwarded: 0 };

  private constructor(
    private readonly client: (region: string) => EventBridgeClient,
    private readonly sqs: SQSClient,
    private readonly homeRegion: string,
    private readonly rulesByRegion: ReadonlyMap<string, readonly DeployedRule[]>,
    private readonly busRules: readonly DeployedRule[],
    private readonly queueUrls: ReadonlyMap<string, string>,
  ) {}

  /**
   * Reads back the forwarding rules of each Region and the rules of the raw-event bus.
   *
   * @throws when a Region has no forwarding rule, or the bus none that leads to a queue
   */
  static async read(
    connection: EmulatorConnection,
    sqs: SQSClient,
    regions: readonly string[],
    rawBusArn: string,
  ): Promise<FastPath> {
    const clients = new Map<string, EventBridgeClient>();
    const client = (region: string): EventBridgeClient => {
      const known = clients.get(region) ?? new EventBridgeClient(clientConfig(connection, region));
      clients.set(region, known);
      return known;
    };
    const rulesByRegion = new Map<string, DeployedRule[]>();
    for (const region of regions) {
      const rules = await readRules(client(region), region, "default");
      const forwarding = rules.filter(({ targetArns }) => targetArns.includes(rawBusArn));
      if (forwarding.length === 0)
        throw new Error(`no EventBridge rule in ${region} forwards to the raw-event bus ${rawBusArn}`);
      rulesByRegion.set(region, forwarding);
    }
    const busName = parseArn(rawBusArn)?.resource.replace(/^event-bus\//, "") ?? rawBusArn;
    const busRules = await readRules(client(connection.region), connection.region, busName);
    const queueUrls = new Map<string, string>();
    for (const arn of busRules.flatMap(({ targetArns }) => targetArns)) {
      const QueueName = parseArn(arn)?.resource;
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      queueUrls.set(arn, QueueUrl);
    }
    if (queueUrls.size === 0) throw new Error(`no rule of the raw-event bus ${busName} leads to a queue`);
    return new FastPath(client, sqs, connection.region, rulesByRegion, busRules, queueUrls);
  }

  /** Takes events the way that EventBridge would take them, and returns how many reached the queue. */
  async send(events: readonly CloudTrailEvent[]): Promise<number> {
    let forwarded = 0;
    for (const event of events) {
      const region = event.awsRegion ?? this.homeRegion;
      const rules = this.rulesByRegion.get(region);
      const wrapped = eventBridgeEvent(event, region);
      if (!rules || Buffer.byteLength(JSON.stringify(wrapped)) > MAX_EVENT_BYTES) continue;
      this.outcome.offered++;
      if (!(await this.passes(rules, wrapped))) continue;
      const queues = new Set<string>();
      for (const rule of this.busRules)
        if (await this.passes([rule], wrapped)) for (const arn of rule.targetArns) queues.add(arn);
      for (const arn of queues) await this.enqueue(arn, wrapped);
      if (queues.size === 0) continue;
      this.outcome.forwarded++;
      forwarded++;
    }
    return forwarded;
  }

  /** Whether one of the rules lets the event through, by our matcher and by the local cloud's. */
  private async passes(rules: readonly DeployedRule[], event: EventBridgeEvent): Promise<boolean> {
    const rule = rules.find(({ matches, state }) => sees(state, event) && matches(event));
    if (!rule) return false;
    const { Result } = await this.client(rule.region).send(
      new TestEventPatternCommand({ EventPattern: rule.patternText, Event: JSON.stringify(event) }),
    );
    if (Result !== true)
      throw new Error(
        `rule ${rule.name} of ${rule.region} and event ${event.id}: the local cloud's verdict differs from ours`,
      );
    return true;
  }

  private async enqueue(queueArn: string, event: EventBridgeEvent): Promise<void> {
    const { Failed = [] } = await this.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: this.queueUrls.get(queueArn),
        Entries: [{ Id: "0", MessageBody: JSON.stringify(event) }],
      }),
    );
    if (Failed.length > 0)
      throw new Error(`queue ${queueArn} refused event ${event.id}: ${Failed[0]?.Message ?? ""}`);
  }
}

/** Read-only management events reach only rules that ask for them (EventBridge API reference, PutRule, `State`). */
function sees(state: RuleState | undefined, { detail }: EventBridgeEvent): boolean {
  if (state === "DISABLED") return false;
  return state === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" || !isReadOnlyCall(detail);
}

async function readRules(
  client: EventBridgeClient,
  region: string,
  EventBusName: string,
): Promise<DeployedRule[]> {
  const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName }));
  const rules: DeployedRule[] = [];
  for (const { Name = "", EventPattern, State } of Rules) {
    if (EventPattern === undefined) continue;
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ EventBusName, Rule: Name }));
    rules.push({
      name: Name,
      region,
      matches: compileEventPattern(EventPattern),
      patternText: EventPattern,
      state: State,
      targetArns: Targets.flatMap(({ Arn }) => Arn ?? []),
    });
  }
  return rules;
}
