import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = Record<string, unknown>;

/** A resource as the engine would hold it. */
export interface Managed {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

/** Speaks to a provider as the engine does: check, then create, diff, update or delete, over gRPC. */
export class EngineStandIn {
  readonly #client: ResourceProviderClient;

  constructor(port: number) {
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  close(): void {
    this.#client.close();
  }

  async configure(args: Properties): Promise<void> {
    await this.#call("configure", new proto.ConfigureRequest().setArgs(toStruct(args)));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new proto.InvokeRequest().setTok(token).setArgs(toStruct(args));
    return toProperties((await this.#call<proto.InvokeResponse>("invoke", request)).getReturn());
  }

  async check(
    type: string,
    name: string,
    inputs: Properties,
    old?: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new proto.CheckRequest().setUrn(urn(type, name)).setNews(toStruct(inputs));
    if (old) request.setOlds(toStruct(old));
    const response = await this.#call<proto.CheckResponse>("check", request);
    return {
      inputs: toProperties(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  async create(
    type: string,
    name: string,
    program: Properties,
    { preview = false }: { readonly preview?: boolean } = {},
  ): Promise<Managed> {
    const { inputs, failures } = await this.check(type, name, program);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const request = new proto.CreateRequest()
      .setUrn(urn(type, name))
      .setProperties(toStruct(inputs))
      .setPreview(preview);
    const response = await this.#call<proto.CreateResponse>("create", request);
    return { id: response.getId(), inputs, state: toProperties(response.getProperties()) };
  }

  async diff(
    type: string,
    name: string,
    old: Managed,
    program: Properties,
  ): Promise<proto.DiffResponse.AsObject> {
    const { inputs } = await this.check(type, name, program, old.inputs);
    const request = new proto.DiffRequest()
      .setUrn(urn(type, name))
      .setId(old.id)
      .setOlds(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs))
      .setNews(toStruct(inputs));
    return (await this.#call<proto.DiffResponse>("diff", request)).toObject();
  }

  async update(type: string, name: string, old: Managed, program: Properties): Promise<Managed> {
    const { inputs } = await this.check(type, name, program, old.inputs);
    const request = new proto.UpdateRequest()
      .setUrn(urn(type, name))
      .setId(old.id)
      .setOlds(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs))
      .setNews(toStruct(inputs));
    const response = await this.#call<proto.UpdateResponse>("update", request);
    return { id: old.id, inputs, state: toProperties(response.getProperties()) };
  }

  async delete(type: string, name: string, old: Managed): Promise<void> {
    const request = new proto.DeleteRequest()
      .setUrn(urn(type, name))
      .setId(old.id)
      .setProperties(toStruct(old.state))
      .setOldInputs(toStruct(old.inputs));
    await this.#call("delete", request);
  }

  /** What a refresh finds: `undefined` when the resource is gone. */
  async read(type: string, name: string, old: Managed): Promise<Properties | undefined> {
    const request = new proto.ReadRequest()
      .setUrn(urn(type, name))
      .setId(old.id)
      .setProperties(toStruct(old.state))
      .setInputs(toStruct(old.inputs));
    const response = await this.#call<proto.ReadResponse>("read", request);
    return response.getId() === "" ? undefined : toProperties(response.getProperties());
  }

  #call<Response>(method: string, request: unknown): Promise<Response> {
    const send = (
      this.#client as unknown as Record<
        string,
        (request: unknown, respond: (error: grpc.ServiceError | null, response: Response) => void) => void
      >
    )[method];
    return new Promise((resolve, reject) =>
      send?.call(this.#client, request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }
}

/** A secret as it travels between the engine and a provider. */
export function wireSecret(value: unknown): Properties {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A value that is not known in a preview, as it travels. */
export const WIRE_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** An archive of text files, as it travels. */
export function wireArchive(files: Readonly<Record<string, string>>): Properties {
  const signature = "4dabf18193072939515e22adb298388d";
  return {
    [signature]: "0def7320c3a5731c473e5ecbe6d01bc7",
    assets: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        { [signature]: "c44067f5952c0a294b673a41bacd8c17", text },
      ]),
    ),
  };
}

function urn(type: string, name: string): string {
  return `urn:pulumi:test::trailkeeper::trailkeeper:index:LogArchive$${type}::${name}`;
}

function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

function toProperties(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
