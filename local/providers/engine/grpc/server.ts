import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { engineMessageLimits } from "../../../../shared/engineMessages";
import { localRoot } from "../../localRoot";
import type { CheckFailure } from "../checkFailure";
import { Crud, type Diff } from "../crud";
import { changesBetween } from "../diff";
import type { Package } from "../package";
import { type Properties, withoutOutputs } from "../wire";
import { InitError, initErrorResponse } from "./initError";

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;
type Kinds = typeof pb.PropertyDiff.Kind;

const kinds: Record<"add" | "delete" | "update", [keyof Kinds, keyof Kinds]> = {
  add: ["ADD", "ADD_REPLACE"],
  delete: ["DELETE", "DELETE_REPLACE"],
  update: ["UPDATE", "UPDATE_REPLACE"],
};

/** Serves a package's table as a Pulumi resource provider on a free loopback port. */
export async function serve(served: Package, location: Location): Promise<ProviderServer> {
  const server = new grpc.Server(engineMessageLimits);
  server.addService(ResourceProviderService, handlers(served, location));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

/** The checkout and the backend of the provider, see `localRoot`. */
export interface Location {
  readonly checkout: string;
  readonly backendUrl: string | undefined;
}

export interface ProviderServer {
  readonly port: number;
  close(): void;
}

function handlers(served: Package, location: Location): grpc.UntypedServiceImplementation {
  let crud: Crud | undefined;
  const configured = (): Crud => {
    if (!crud) {
      throw new Error(`the local ${served.name} provider was asked before it was configured`);
    }
    return crud;
  };

  return {
    handshake: answer<pb.ProviderHandshakeRequest, pb.ProviderHandshakeResponse>(() =>
      new pb.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(true)
        .setAcceptOutputs(true),
    ),
    getPluginInfo: answer<Empty, PluginInfo>(() => new PluginInfo().setVersion(served.version)),
    attach: answer<unknown, Empty>(() => new Empty()),
    cancel: answer<Empty, Empty>(() => new Empty()),

    checkConfig: answer<pb.CheckRequest, pb.CheckResponse>((request) => {
      const config = read(request.getNews());
      return new pb.CheckResponse()
        .setInputs(write(config))
        .setFailuresList(failuresList(served.checkConfig?.(config) ?? []));
    }),
    diffConfig: answer<pb.DiffRequest, pb.DiffResponse>((request) => {
      const changes = changesBetween(read(request.getOlds()), read(request.getNews()));
      // A resource of one region does not exist in another.
      return new pb.DiffResponse()
        .setChanges(pb.DiffResponse.DiffChanges[changes.size > 0 ? "DIFF_SOME" : "DIFF_NONE"])
        .setDiffsList([...changes.keys()])
        .setReplacesList(changes.has("region") ? ["region"] : []);
    }),
    configure: answer<pb.ConfigureRequest, pb.ConfigureResponse>((request) => {
      const root = localRoot(location.backendUrl, location.checkout);
      crud = new Crud(served, read(request.getArgs()), root);
      return new pb.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true)
        .setSupportspreview(true);
    }),

    check: answer<pb.CheckRequest, pb.CheckResponse>((request) => {
      const { inputs, failures } = configured().check(typeOf(request.getUrn()), {
        name: nameOf(request.getUrn()),
        olds: read(request.getOlds()),
        news: read(request.getNews()),
        randomSeed: request.getRandomseed_asU8(),
      });
      return new pb.CheckResponse()
        .setInputs(write(inputs))
        .setFailuresList(failuresList(failures));
    }),
    diff: answer<pb.DiffRequest, pb.DiffResponse>((request) =>
      diffResponse(
        configured().diff(
          typeOf(request.getUrn()),
          read(request.getOldInputs()),
          read(request.getOlds()),
          read(request.getNews()),
        ),
      ),
    ),
    create: answer<pb.CreateRequest, pb.CreateResponse>(async (request) => {
      const { id, outputs } = await configured().create(
        typeOf(request.getUrn()),
        read(request.getProperties()),
        request.getPreview(),
      );
      return new pb.CreateResponse().setId(id).setProperties(write(outputs));
    }),
    read: answer<pb.ReadRequest, pb.ReadResponse>(async (request) => {
      const state = { id: request.getId(), outputs: read(request.getProperties()) };
      const found = await configured().read(typeOf(request.getUrn()), state);
      return found
        ? new pb.ReadResponse()
            .setId(found.id)
            .setProperties(write(found.outputs))
            .setInputs(write(read(request.getInputs())))
        : new pb.ReadResponse();
    }),
    update: answer<pb.UpdateRequest, pb.UpdateResponse>(async (request) => {
      const outputs = await configured().update(
        typeOf(request.getUrn()),
        { id: request.getId(), outputs: read(request.getOlds()) },
        read(request.getOldInputs()),
        read(request.getNews()),
        request.getPreview(),
      );
      return new pb.UpdateResponse().setProperties(write(outputs));
    }),
    delete: answer<pb.DeleteRequest, Empty>(async (request) => {
      const state = { id: request.getId(), outputs: read(request.getProperties()) };
      await configured().delete(typeOf(request.getUrn()), state);
      return new Empty();
    }),
    invoke: answer<pb.InvokeRequest, pb.InvokeResponse>((request) =>
      new pb.InvokeResponse().setReturn(
        write(configured().invoke(request.getTok(), read(request.getArgs()))),
      ),
    ),
  };
}

/** Turns a function into a gRPC handler; what it throws becomes the message that the user reads. */
function answer<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): Unary<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await respond(call.request));
    } catch (error) {
      callback(
        error instanceof InitError
          ? initErrorResponse(error, write)
          : { code: grpc.status.UNKNOWN, details: (error as Error).message },
      );
    }
  };
}

function diffResponse(diff: Diff): pb.DiffResponse {
  const paths = [...diff.changes];
  const replaced = paths.filter(([, { replace }]) => replace).map(([path]) => path);
  const response = new pb.DiffResponse()
    .setChanges(pb.DiffResponse.DiffChanges[paths.length > 0 ? "DIFF_SOME" : "DIFF_NONE"])
    .setDiffsList(paths.map(([path]) => path))
    .setReplacesList(replaced)
    .setDeletebeforereplace(replaced.length > 0 && diff.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, { kind, replace }] of paths) {
    const change = new pb.PropertyDiff()
      .setKind(pb.PropertyDiff.Kind[kinds[kind][replace ? 1 : 0]])
      .setInputdiff(true);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}

const failuresList = (failures: readonly CheckFailure[]): pb.CheckFailure[] =>
  failures.map(({ property, reason }) =>
    new pb.CheckFailure().setProperty(property).setReason(reason),
  );

const read = (struct: Struct | undefined): Properties =>
  withoutOutputs((struct?.toJavaScript() ?? {}) as Properties) as Properties;

/** JSON drops what is undefined, which a Struct cannot hold. */
const write = (properties: Properties): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; the name may contain "::". */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
