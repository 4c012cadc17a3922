/** How to reach the local AWS emulator: what every AWS SDK client of the local environment is built from. */
export interface EmulatorConnection {
  /** Base URL, for example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}
