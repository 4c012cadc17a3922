import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { version } from "@pulumi/aws/package.json";
import { invoke } from "./invokes";
import type { AwsOperations, ResourceName } from "./operations";
import { unwrapSecrets, type WireProperties } from "./values";

/**
 * The engine's side of the local provider: `pulumirpc.ResourceProvider` over gRPC. It only translates; methods that
 * are missing here answer UNIMPLEMENTED, which the engine takes as "not offered". `provider.main` of the Pulumi SDK is
 * not used because it prints on stdout, takes over the process's error handlers and cannot be stopped.
 */
export function providerService(operations: AwsOperations): grpc.UntypedServiceImplementation {
  return {
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new proto.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(() => new proto.DiffResponse()),

    configure: unary((request: proto.ConfigureRequest) => {
      operations.configure(fromWire(request.getArgs()));
      return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    invoke: unary(async (request: proto.InvokeRequest) => {
      const args = unwrapSecrets(fromWire(request.getArgs())) as WireProperties;
      const result = await invoke(request.getTok(), await operations.place(), args);
      return new proto.InvokeResponse().setReturn(toWire(result));
    }),

    check: unary((request: proto.CheckRequest) => {
      const { inputs, problems } = operations.check(
        nameOf(request),
        request.hasOlds() ? fromWire(request.getOlds()) : undefined,
        fromWire(request.getNews()),
        request.getRandomseed_asU8(),
      );
      return new proto.CheckResponse().setInputs(toWire(inputs)).setFailuresList(
        // Without the property, which the reason names: the engine would print its value, secrets included.
        problems.map(({ reason }) => new proto.CheckFailure().setReason(reason)),
      );
    }),

    diff: unary((request: proto.DiffRequest) => diffResponse(operations, request)),

    create: unary(async (request: proto.CreateRequest) => {
      const { id, state } = await operations.create(
        nameOf(request),
        fromWire(request.getProperties()),
        request.getPreview(),
      );
      return new proto.CreateResponse().setId(id).setProperties(toWire(state));
    }),

    read: unary(async (request: proto.ReadRequest) => {
      const state = await operations.read(
        nameOf(request),
        request.getId(),
        fromWire(request.getProperties()),
        fromWire(request.getInputs()),
      );
      // An empty id tells the engine that the resource is gone.
      return state === undefined
        ? new proto.ReadResponse()
        : new proto.ReadResponse()
            .setId(request.getId())
            .setProperties(request.getProperties())
            .setInputs(request.getInputs());
    }),

    update: unary(async (request: proto.UpdateRequest) => {
      const state = await operations.update(
        nameOf(request),
        request.getId(),
        fromWire(request.getOlds()),
        fromWire(request.getOldInputs()),
        fromWire(request.getNews()),
        request.getPreview(),
      );
      return new proto.UpdateResponse().setProperties(toWire(state));
    }),

    delete: unary(async (request: proto.DeleteRequest) => {
      await operations.delete(
        nameOf(request),
        request.getId(),
        fromWire(request.getProperties()),
        fromWire(request.getOldInputs()),
      );
      return new Empty();
    }),
  };
}

/** A gRPC server, not yet bound, that answers as the `aws` provider. */
export function providerServer(operations: AwsOperations): grpc.Server {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, providerService(operations));
  return server;
}

/** The Pulumi SDK's own limit: function code travels in messages. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

function diffResponse(operations: AwsOperations, request: proto.DiffRequest): proto.DiffResponse {
  const { changed, replaces, deleteBeforeReplace } = operations.diff(
    nameOf(request),
    fromWire(request.getOldInputs()),
    fromWire(request.getNews()),
  );
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  for (const property of changed)
    response
      .getDetaileddiffMap()
      .set(
        property,
        new proto.PropertyDiff()
          .setKind(replaces.includes(property) ? UPDATE_REPLACE : UPDATE)
          .setInputdiff(true),
      );
  return response;
}

/** Wraps a handler as a unary gRPC method: its error becomes the call's error, with the message alone. */
function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    void Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => respond(null, response),
        (error: unknown) =>
          respond({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
  };
}

function nameOf(request: { getUrn(): string }): ResourceName {
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME; a logical name may hold "::" itself.
  const [, , qualifiedType = "", ...name] = request.getUrn().split("::");
  return { type: qualifiedType.split("$").pop() ?? "", name: name.join("::") };
}

function fromWire(struct: Struct | undefined): WireProperties {
  return struct?.toJavaScript() ?? {};
}

function toWire(properties: WireProperties): Struct {
  // Through JSON: the wire has no undefined and no dates.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}
