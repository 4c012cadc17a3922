import type { ResponseOutcome } from "../../responses/record";
import type { EmulatorConnection } from "../connection";
import { ArchiveDelivery } from "../replay/archive-delivery";
import type { Clients } from "../replay/clients";
import { FastPath } from "../replay/fast-path";
import { Inbox } from "../replay/inbox";
import { untilEmpty } from "../replay/queues";
import type { ReplayTarget } from "../replay/replay";
import { type AccountClients, clientsAs } from "./account-clients";
import { attack, type Deed, type DueResponse } from "./attack";
import { untilContained } from "./containment";
import { type Answer, needlessResponses } from "./answers";
import { loggedErrors } from "./function-log";
import { OutcomeWatch } from "./outcome-watch";
import { setStage } from "./stage";
import { undoResponse } from "./undo";

/** The deployed responder, as the stack's outputs name it. */
export interface ResponderTarget {
  readonly trailArn: string;
  readonly responseTableName: string;
  readonly respondFunctionName: string;
  readonly respondQueueUrl: string;
  readonly restoreFunctionName: string;
  readonly restoreQueueUrl: string;
}

interface FullAnswer extends Answer {
  readonly due: DueResponse;
}

/** Functions that start cold, on a machine that has other things to do. */
const LIMIT_SECONDS = 60;
/** The detections hold each other up over the same event, and try again after a while. */
const DECIDE_LIMIT_SECONDS = 300;
const ANSWER_LIMIT_SECONDS = 15;

/** An attack on the stack's account, and what the deployed responses make of it. */
export class ResponseExercise {
  private deeds: readonly Deed[] = [];
  private readonly answers: FullAnswer[] = [];

  private constructor(
    private readonly connection: EmulatorConnection,
    private readonly admin: AccountClients,
    private readonly clients: Clients,
    private readonly target: ReplayTarget & ResponderTarget,
    private readonly fastPath: FastPath,
    private readonly delivery: ArchiveDelivery,
    private readonly watch: OutcomeWatch,
    private readonly inbox: Inbox,
  ) {}

  /**
   * @param connection of an administrator
   * @param aws of whoever plays AWS, and its clients
   */
  static async open(
    connection: EmulatorConnection,
    aws: EmulatorConnection,
    clients: Clients,
    target: ReplayTarget & ResponderTarget,
  ): Promise<ResponseExercise> {
    const { alertBusName, monitoredRegions, rawEventBusArn, topicArns } = target;
    return new ResponseExercise(
      connection,
      clientsAs(connection),
      clients,
      target,
      await FastPath.read(aws, clients.sqs, monitoredRegions, rawEventBusArn),
      new ArchiveDelivery(clients.s3, target),
      await OutcomeWatch.open(clients.events, clients.sqs, alertBusName),
      await Inbox.open(clients.sqs, clients.sns, "local-run-response-inbox", Object.values(topicArns)),
    );
  }

  /** Lets the attacker do everything. @returns what it did, in clauses @throws when something had no effect */
  async attack(): Promise<string[]> {
    const { connection, admin, target } = this;
    const stage = await setStage(admin, connection.region);
    const trail = { name: target.trailName, arn: target.trailArn };
    this.deeds = await attack({ stage, connection, admin, accountId: target.accountId, trail });
    return this.deeds.map(({ what }) => what);
  }

  /**
   * Lets EventBridge see what the fast path is for, and waits for the responses.
   *
   * @throws when the events of a deed do not get that far
   */
  async answerFast(): Promise<readonly Answer[]> {
    const fast = this.deeds.filter(({ isFast }) => isFast);
    const answers = fast.map(async (deed) => {
      const delivered = performance.now();
      if ((await this.fastPath.send(deed.events)) === 0)
        throw new Error(`no forwarding rule lets through that the attacker ${deed.what}`);
      return this.answer(deed, delivered);
    });
    return this.keep(await Promise.all(answers));
  }

  /** Delivers the log files of everything, and waits for the responses that are due then. */
  async answerComplete(): Promise<readonly Answer[]> {
    const delivered = performance.now();
    const events = this.deeds.flatMap((deed) => deed.events);
    for (const region of new Set(events.map(({ awsRegion = "" }) => awsRegion)))
      await this.delivery.deliverLogFile(
        events.filter(({ awsRegion }) => awsRegion === region),
        region,
        new Date(),
      );
    const late = this.deeds.filter(({ isFast }) => !isFast);
    return this.keep(await Promise.all(late.map((deed) => this.answer(deed, delivered))));
  }

  /** Waits until nothing is left to be decided or done. @returns what went wrong, was not due, or was told to nobody */
  async settle(): Promise<string[]> {
    const { clients, target, watch } = this;
    const wait = (queues: readonly string[], limitSeconds: number) =>
      untilEmpty(clients.sqs, queues, limitSeconds, () => watch.receive());
    const decided = await wait([target.rawQueueUrl, target.archiveQueueUrl], DECIDE_LIMIT_SECONDS);
    // What is left after that has failed, and comes again in some minutes; the functions' logs say why.
    await wait([target.respondQueueUrl, target.restoreQueueUrl], ANSWER_LIMIT_SECONDS);
    const errors: string[] = [];
    for (const name of [target.respondFunctionName, target.restoreFunctionName])
      for (const reason of await loggedErrors(clients.logs, name)) errors.push(`${name}: ${reason}`);
    const untold: string[] = [];
    for (const { outcome } of this.answers)
      if (outcome && !(await this.inbox.find(({ message }) => message.includes(outcome.id), LIMIT_SECONDS)))
        untold.push(`nobody was told: ${outcome.sentence}`);
    return [
      ...(decided ? [] : [`not every event was decided on after ${DECIDE_LIMIT_SECONDS} s`]),
      ...errors,
      ...untold,
      ...needlessResponses(this.answers, watch.outcomes),
    ];
  }

  /**
   * A person takes the last response back.
   *
   * @returns the sentence of what was taken back
   * @throws when it cannot be, or access is not back afterwards
   */
  async undo(signal: AbortSignal): Promise<string> {
    const last = this.answers.at(-1);
    if (!last?.outcome) throw new Error("there is no response that could be taken back");
    const { id } = last.outcome;
    const said = await undoResponse(this.connection, id, this.target.responseTableName, signal);
    if (await last.due.containment.isContained())
      throw new Error(`response ${id} was taken back, and still ${last.due.containment.what}`);
    return said;
  }

  private answer(deed: Deed, delivered: number): Promise<FullAnswer[]> {
    return Promise.all(
      deed.due.map(async (due) => {
        const contained = await untilContained(due.containment, LIMIT_SECONDS);
        const outcome = await this.outcomeOf(due, contained === undefined ? 0 : LIMIT_SECONDS);
        return { deed, due, outcome, seconds: contained && (contained - delivered) / 1000 };
      }),
    );
  }

  /** What it came to; what other alerts found already done is of no account, unless there is nothing else. */
  private async outcomeOf(
    { playbook, targetId }: DueResponse,
    limitSeconds: number,
  ): Promise<ResponseOutcome | undefined> {
    const isDue = ({ playbook: id, target }: ResponseOutcome) =>
      id === playbook && Object.values(target.ids).includes(targetId);
    const ended = await this.watch.find((told) => isDue(told) && told.status !== "skipped", limitSeconds);
    return ended ?? this.watch.outcomes.find(isDue);
  }

  private keep(answers: readonly FullAnswer[][]): readonly Answer[] {
    this.answers.push(...answers.flat());
    return answers.flat();
  }
}
