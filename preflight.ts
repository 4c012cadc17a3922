import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
} from "@aws-sdk/client-cloudtrail";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { administratorArn } from "./components/administrators";
import { formatArn, parseArn } from "./formats/arn";
import { lockOutProblem } from "./preflight/caller";
import {
  otherTrailsWarning,
  recordsManagementEvents,
  type SeenTrail,
  unansweredWarning,
} from "./preflight/other-trails";
import { cloudTrailClientConfig, type ProviderConfiguration } from "./preflight/provider-connection";
import type { Settings } from "./settings/model";

/**
 * What has to be known before the first resource: that the caller does not lock themselves out, and (as a warning)
 * that the management events are not recorded twice. Await it before the first component.
 *
 * @param callerArn what `aws.getCallerIdentity` says
 * @throws pulumi.RunError as {@link checkCallerIsAdministrator}
 */
export async function preflight(settings: Settings, callerArn: string): Promise<void> {
  const { partition, archiveAdministrators, trailRegion, trailName } = settings;
  await checkCallerIsAdministrator({ callerArn, partition, administrators: archiveAdministrators });
  if (settings.deployment === "archive" || settings.deployment === "forwarder") return;
  const ownTrailArn = formatArn({
    partition,
    service: "cloudtrail",
    region: trailRegion,
    accountId: accountOf(callerArn),
    resource: `trail/${trailName}`,
  });
  await warnAboutOtherTrails({ ownTrailArn, region: trailRegion });
}

/**
 * Stops the deployment when the caller is not one of those who may change the archive once it stands: nobody should
 * lock themselves out.
 *
 * @param args.administrators as configured: `role/NAME`, `user/NAME` or ARNs, `*` allowed
 * @throws pulumi.RunError (shown without a stack trace) that says who the caller is, who may, and what to do; or why
 *   the caller's role could not be found out
 */
export async function checkCallerIsAdministrator(args: {
  readonly callerArn: string;
  readonly partition: string;
  readonly administrators: readonly string[];
}): Promise<void> {
  const { callerArn, partition, administrators } = args;
  const accountId = accountOf(callerArn);
  const problem = lockOutProblem(
    { accountId, arn: callerArn, principalArn: await principalArn(callerArn) },
    administrators,
    administrators.map((entry) => administratorArn(partition, accountId, entry)),
  );
  if (problem !== undefined) throw new pulumi.RunError(problem);
}

/** Every ARN that STS gives for a caller holds the caller's account. */
function accountOf(callerArn: string): string {
  const accountId = parseArn(callerArn)?.accountId;
  if (!accountId)
    throw new pulumi.RunError(`AWS calls the caller ${JSON.stringify(callerArn)}, which names no account.`);
  return accountId;
}

/** A session's ARN lacks its role's path, so the role has to be looked up; users and the root user are what they are. */
async function principalArn(callerArn: string): Promise<string> {
  try {
    const { issuerArn } = await aws.iam.getSessionContext({ arn: callerArn });
    return issuerArn;
  } catch (error) {
    throw new pulumi.RunError(
      `Cannot find out which role ${callerArn} belongs to, and so not whether it is one of the archive's ` +
        `administrators (trailkeeper:archiveAdministrators): ${reasonOf(error)}. Allow the caller iam:GetRole on its ` +
        `own role, or deploy as an IAM user.`,
    );
  }
}

/** How long a preview waits for CloudTrail's answers before it goes on without them. */
const DEADLINE_MILLISECONDS = 5_000;

/**
 * Warns in a preview when another trail records management events where this stack's trail will, because a second
 * copy is billed. Asks CloudTrail with the aws provider's own configuration. Never fails: when CloudTrail does not
 * answer, refuses or takes too long, the warning says that instead. Does nothing outside of previews.
 *
 * @param args.ownTrailArn ARN of the stack's own trail, which is left out
 * @param args.region Region of the stack
 * @param args.configuration the aws provider's configuration @default `aws.config`
 */
export async function warnAboutOtherTrails(args: {
  readonly ownTrailArn: string;
  readonly region: string;
  readonly configuration?: ProviderConfiguration;
}): Promise<void> {
  if (!pulumi.runtime.isDryRun()) return;
  const warning = await withinDeadline((signal) =>
    seenTrails(args.configuration ?? aws.config, args.region, signal),
  )
    .then((trails) => otherTrailsWarning(args.ownTrailArn, trails))
    .catch((error: unknown) => unansweredWarning(reasonOf(error)));
  if (warning !== undefined) await pulumi.log.warn(warning);
}

async function seenTrails(
  configuration: ProviderConfiguration,
  region: string,
  abortSignal: AbortSignal,
): Promise<SeenTrail[]> {
  const client = new CloudTrailClient({ ...cloudTrailClientConfig(configuration, region), maxAttempts: 1 });
  try {
    const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }), {
      abortSignal,
    });
    return await Promise.all(
      trailList.map(async ({ TrailARN: arn = "", IsOrganizationTrail: isOrganizationTrail = false }) => ({
        arn,
        isOrganizationTrail,
        // A member account sees the organization's trail but may be refused its selectors.
        managementEvents: await client
          .send(new GetEventSelectorsCommand({ TrailName: arn }), { abortSignal })
          .then(recordsManagementEvents)
          .catch((error: unknown) => ({ unreadable: reasonOf(error) })),
      })),
    );
  } finally {
    client.destroy();
  }
}

/** Runs work that may ignore its abort signal (credential look-ups do), and gives up on it after the deadline. */
async function withinDeadline<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(DEADLINE_MILLISECONDS);
  const deadline = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () =>
      reject(new Error(`no answer within ${DEADLINE_MILLISECONDS / 1_000} seconds`)),
    );
  });
  return Promise.race([work(signal), deadline]);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
