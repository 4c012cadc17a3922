import * as grpc from "@grpc/grpc-js";
import type { EmulatorConnection } from "../connection";
import { AwsOperations } from "./operations";
import { providerServer } from "./protocol";

/** The local `aws` provider while it runs. */
export interface AwsProvider {
  /** For the engine: `PULUMI_DEBUG_PROVIDERS=aws:PORT`. */
  readonly port: number;
  /**
   * What programs used and the emulator does not have, so that it lives in the Pulumi state only: resource types
   * (`aws:cloudwatch/eventBusPolicy:EventBusPolicy`) and single inputs (`aws:cloudtrail/trail:Trail.insightSelectors`),
   * sorted, each once.
   */
  stateOnly(): string[];
  /** Stops serving and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Serves the Pulumi `aws` provider on a free port of 127.0.0.1: resources are created in the emulator through the AWS
 * SDK, under the real provider's types, inputs, outputs and ids. Runs in this process.
 *
 * Serves one configuration of the provider at a time; resources elsewhere use their `region` argument.
 *
 * @throws Error when no port can be bound
 */
export async function startAwsProvider(options: {
  readonly connection: EmulatorConnection;
  /** Told once about each thing that is kept in the state only. @default nothing is logged */
  readonly log?: (message: string) => void;
}): Promise<AwsProvider> {
  const operations = new AwsOperations(options.connection, options.log ?? (() => undefined));
  const server = providerServer(operations);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    stateOnly: () => operations.stateOnly(),
    stop: () => {
      // The engine keeps its connection open; everything it asked has been answered when the command ends.
      server.forceShutdown();
      operations.close();
      return Promise.resolve();
    },
  };
}
