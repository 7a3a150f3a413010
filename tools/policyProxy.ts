/**
 * The engine tells a policy pack its stack and configuration by the call ConfigureStack, while the policy SDK reads
 * them from environment variables when it starts. So the language host answers the engine on behalf of the pack,
 * starts it once ConfigureStack has come (or any other call, then without configuration), and passes all further
 * calls on, bytes untouched. The official language host does the same.
 */
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { engineMessageLimits } from "../shared/engineMessages";

/** Starts the pack with these variables; resolves with the port that it prints first. */
export type StartPack = (env: Record<string, string>) => Promise<number>;

type Unary = (
  call: grpc.ServerUnaryCall<Buffer, Buffer>,
  callback: grpc.sendUnaryData<Buffer>,
) => void;

const same = (bytes: Buffer) => bytes;

function environmentOf(request: analyzer.AnalyzerStackConfigureRequest): Record<string, string> {
  const config = Object.fromEntries(request.getConfigMap().toObject(true) as [string, string][]);
  return {
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(config),
  };
}

/** Serves the proxy on a free loopback port and resolves with it. */
export function servePolicyProxy(startPack: StartPack): Promise<number> {
  let pack: Promise<grpc.Client> | undefined;
  const attached = (env: Record<string, string>) => {
    pack ??= startPack(env).then(
      (port) =>
        new AnalyzerClient(
          `127.0.0.1:${port}`,
          grpc.credentials.createInsecure(),
          engineMessageLimits,
        ) as unknown as grpc.Client,
    );
    return pack;
  };

  const forward =
    (path: string, envOf: (bytes: Buffer) => Record<string, string>): Unary =>
    (call, callback) => {
      attached(envOf(call.request)).then(
        (client) => client.makeUnaryRequest(path, same, same, call.request, callback),
        (error) => callback({ code: grpc.status.INTERNAL, message: String(error) }),
      );
    };

  // Without Handshake, which comes before ConfigureStack and which the engine lets a pack leave unimplemented.
  const methods = Object.entries(AnalyzerService as unknown as grpc.ServiceDefinition).filter(
    ([name]) => name !== "handshake",
  );
  const server = new grpc.Server(engineMessageLimits);
  server.addService(
    Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        {
          ...method,
          requestSerialize: same,
          requestDeserialize: same,
          responseSerialize: same,
          responseDeserialize: same,
        },
      ]),
    ) as unknown as grpc.ServiceDefinition,
    Object.fromEntries(
      methods.map(([name, { path }]) => [
        name,
        forward(path, (bytes) =>
          name === "configureStack"
            ? environmentOf(analyzer.AnalyzerStackConfigureRequest.deserializeBinary(bytes))
            : {},
        ),
      ]),
    ) as unknown as grpc.UntypedServiceImplementation,
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
