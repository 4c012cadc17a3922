import { setTimeout as sleep } from "node:timers/promises";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { outcomeSchema } from "../../functions/notify/outcome-schema";
import { RESPONSE_DETAIL_TYPE, type ResponseOutcome } from "../../responses/record";
import { BusWatch } from "../replay/bus-watch";

const LOOK_MS = 50;

/** Sees what becomes of responses, as the alert bus is told. */
export class OutcomeWatch {
  private readonly seen: ResponseOutcome[] = [];

  private constructor(private readonly watch: BusWatch) {}

  static async open(events: EventBridgeClient, sqs: SQSClient, busName: string): Promise<OutcomeWatch> {
    const watch = await BusWatch.open(events, sqs, busName, RESPONSE_DETAIL_TYPE, "local-run-responses");
    return new OutcomeWatch(watch);
  }

  /** What was seen so far, in the order of arrival; a repeat counts again. */
  get outcomes(): readonly ResponseOutcome[] {
    return this.seen;
  }

  /**
   * Takes what has arrived.
   *
   * @throws ZodError when something on the bus is no outcome by contract
   */
  async receive(): Promise<void> {
    await this.watch.receive((detail) => this.seen.push(outcomeSchema.parse(detail)));
  }

  /** Waits for an outcome; undefined when none came in time. */
  async find(
    wanted: (outcome: ResponseOutcome) => boolean,
    limitSeconds: number,
  ): Promise<ResponseOutcome | undefined> {
    const deadline = Date.now() + limitSeconds * 1000;
    for (;;) {
      const found = this.seen.find(wanted);
      if (found || Date.now() > deadline) return found;
      await this.receive();
      await sleep(LOOK_MS);
    }
  }
}
