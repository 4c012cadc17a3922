import trailkeeper from "../../index";
import { committedConfig, configText } from "../settings/stack-config";
import { recordGraph, type Graph, type GraphOptions } from "./graph";

/** The deployments that the graph tests look at: the committed stack files and what people make of them. */
export const SHAPES = {
  dev: { stack: "dev" },
  prod: { stack: "prod" },
  organization: { stack: "prod", config: { organizationId: "o-a1b2c3d4e5" } },
  archive: {
    stack: "prod",
    config: { deployment: "archive", trailAccountId: "444455556666", organizationId: "o-a1b2c3d4e5" },
  },
  trail: {
    stack: "prod",
    config: {
      deployment: "trail",
      organizationId: "o-a1b2c3d4e5",
      archive: {
        bucketName: "archive-bucket-1a2b3c4",
        keyArn: "arn:aws:kms:eu-west-1:777788889999:key/11111111-2222-3333-4444-555555555555",
      },
    },
  },
  replica: { stack: "prod", config: { replicaRegion: "eu-central-1" } },
  forwarder: {
    stack: "prod",
    config: {
      deployment: "forwarder",
      rawEventBusArn: "arn:aws:events:eu-west-1:444455556666:event-bus/trailkeeper-prod-raw-events",
    },
  },
  member: {
    stack: "prod",
    config: {
      deployment: "forwarder",
      rawEventBusArn: "arn:aws:events:eu-west-1:444455556666:event-bus/trailkeeper-prod-raw-events",
      trailName: "trailkeeper-prod",
      memberResponseRole: "trailkeeper-respond-here",
    },
  },
} as const satisfies Record<string, Shape>;

export interface Shape {
  readonly stack: "dev" | "prod";
  /** Keys of the project, without prefix, over those of the committed stack file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Records the unmodified program with a committed stack file and overrides, deployed by an administrator. */
export async function recordProgram(shape: Shape, options: GraphOptions = {}): Promise<Graph> {
  const { values } = committedConfig(shape.stack);
  const config = {
    ...values,
    ...Object.fromEntries(
      Object.entries(shape.config ?? {}).map(([key, value]) => [`trailkeeper:${key}`, configText(value)]),
    ),
  };
  const administrators = JSON.parse(config["trailkeeper:archiveAdministrators"] ?? "[]") as string[];
  const role = administrators
    .find((entry) => entry.startsWith("role/"))
    ?.split("/")
    .at(-1);
  const callerArn = `arn:aws:sts::111122223333:assumed-role/${role}/someone`;
  return recordGraph(trailkeeper, {
    stack: shape.stack,
    region: values["aws:region"],
    callerArn,
    ...options,
    config,
  });
}
