import type { Operation } from "../stack/bring-up";
import type { StepResult } from "../progress";
import type { AlarmOutcome } from "../replay/alarms";
import type { DetectionOutcome } from "../replay/detection-paths";
import type { Notification } from "../replay/inbox";
import type { Malformed } from "../replay/log-source";
import type { Delivered } from "../replay/replay";
import type { ResponseRun } from "../respond/steps";

/** Everything a local run found out; parts are absent when a step before them failed. */
export interface RunResult {
  readonly ok: boolean;
  readonly stack: string;
  readonly steps: readonly StepResult[];
  /** Which engine, and where it came from. */
  readonly engine?: string;
  /** The first preview: nothing exists, most values are unknown. */
  readonly preview?: Operation;
  readonly built?: Operation;
  /** Types, or `type.property`, that the local cloud does not have and that exist in the state alone. */
  readonly stateOnly: readonly string[];
  readonly delivered?: Delivered;
  readonly malformed: readonly Malformed[];
  readonly detections?: DetectionOutcome;
  readonly alarms?: readonly AlarmOutcome[];
  readonly notifications?: readonly Notification[];
  /** What the notify function made of the test alert. */
  readonly testAlert?: Notification;
  /** What responses made of an attack; with `--respond` only. */
  readonly responses?: ResponseRun;
  /** ARNs of the alert topics by the names people know them by. */
  readonly topics?: { readonly page: string; readonly notice: string };
  /** One message a failure, for people. */
  readonly failures: readonly string[];
}
