import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { ALERT_DETAIL_TYPE, alertSchema, type Alert } from "../../detections/alert";
import { BusWatch } from "./bus-watch";
import type { PublishedAlert } from "./due-alerts";

/** Sees every alert on the alert bus, also those that concern nobody. */
export class AlertWatch {
  private readonly seen = new Map<string, { alert: Alert; copies: number }>();

  private constructor(private readonly watch: BusWatch) {}

  static async open(events: EventBridgeClient, sqs: SQSClient, busName: string): Promise<AlertWatch> {
    return new AlertWatch(await BusWatch.open(events, sqs, busName, ALERT_DETAIL_TYPE, "local-run-alerts"));
  }

  /** What was seen so far. */
  get alerts(): readonly PublishedAlert[] {
    return [...this.seen.values()];
  }

  /**
   * Takes what has arrived.
   *
   * @throws ZodError when something on the bus is no alert by contract
   */
  async receive(): Promise<void> {
    await this.watch.receive((detail) => {
      const alert = alertSchema.parse(detail);
      this.seen.set(alert.id, { alert, copies: (this.seen.get(alert.id)?.copies ?? 0) + 1 });
    });
  }
}
