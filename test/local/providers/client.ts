import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type ProviderServer, serve } from "../../../local/providers/engine/grpc/server";
import type { Package } from "../../../local/providers/engine/package";
import type { Properties } from "../../../local/providers/engine/wire";

export interface Deployed {
  readonly token: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  // biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every shape
  readonly outputs: Record<string, any>;
}

type Call<Request, Response> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => grpc.ClientUnaryCall;

/** A provider under test, asked over real gRPC as the engine asks it. */
export class Provider {
  private constructor(
    private readonly server: ProviderServer,
    private readonly client: ResourceProviderClient,
    readonly checkout: string,
  ) {}

  /** Folder of the account's inventory. */
  get root(): string {
    return join(this.checkout, ".local");
  }

  static async start(
    served: Package,
    config: Properties = { region: "ap-southeast-2" },
    backendUrl?: string,
  ): Promise<Provider> {
    const checkout = mkdtempSync(join(tmpdir(), "providers-"));
    mkdirSync(join(checkout, ".local/state"), { recursive: true });
    const server = await serve(served, {
      checkout,
      backendUrl: backendUrl ?? pathToFileURL(join(checkout, ".local/state")).href,
    });
    const client = new ResourceProviderClient(
      `127.0.0.1:${server.port}`,
      grpc.credentials.createInsecure(),
    );
    const provider = new Provider(server, client, checkout);
    try {
      await provider.configure(config);
    } catch (error) {
      provider.stop();
      throw error;
    }
    return provider;
  }

  stop(): void {
    this.client.close();
    this.server.close();
    rmSync(this.checkout, { recursive: true, force: true });
  }

  configure(config: Properties): Promise<pb.ConfigureResponse> {
    return ask(
      this.client.configure,
      this.client,
      new pb.ConfigureRequest().setArgs(struct(config)),
    );
  }

  async checkConfig(config: Properties): Promise<string[]> {
    const request = new pb.CheckRequest().setNews(struct(config));
    const response = await ask<pb.CheckRequest, pb.CheckResponse>(
      this.client.checkConfig,
      this.client,
      request,
    );
    return response.getFailuresList().map((failure) => failure.getReason());
  }

  async check(token: string, name: string, news: Properties, olds: Properties = {}, seed = "") {
    const request = new pb.CheckRequest()
      .setUrn(urn(token, name))
      .setOlds(struct(olds))
      .setNews(struct(news))
      .setRandomseed(Buffer.from(seed));
    const response = await ask<pb.CheckRequest, pb.CheckResponse>(
      this.client.check,
      this.client,
      request,
    );
    return {
      inputs: object(response.getInputs()),
      faults: response
        .getFailuresList()
        .map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    };
  }

  async create(token: string, name: string, inputs: Properties, preview = false) {
    const request = new pb.CreateRequest()
      .setUrn(urn(token, name))
      .setProperties(struct(inputs))
      .setPreview(preview);
    const response = await ask<pb.CreateRequest, pb.CreateResponse>(
      this.client.create,
      this.client,
      request,
    );
    return { id: response.getId(), outputs: object(response.getProperties()) };
  }

  /** Check and create; faults of the check reject. */
  async deploy(token: string, name: string, news: Properties): Promise<Deployed> {
    const { inputs, faults } = await this.check(token, name, news);
    if (faults.length > 0) {
      throw new Error(faults.join("\n"));
    }
    return { token, name, inputs, ...(await this.create(token, name, inputs)) };
  }

  async diff(old: Deployed, news: Properties) {
    const { inputs } = await this.check(old.token, old.name, news, old.inputs);
    const request = new pb.DiffRequest()
      .setId(old.id)
      .setUrn(urn(old.token, old.name))
      .setOldInputs(struct(old.inputs))
      .setOlds(struct(old.outputs))
      .setNews(struct(inputs));
    const response = await ask<pb.DiffRequest, pb.DiffResponse>(
      this.client.diff,
      this.client,
      request,
    );
    const kinds: Record<string, number> = {};
    response.getDetaileddiffMap().forEach((diff: pb.PropertyDiff, path: string) => {
      kinds[path] = diff.getKind();
    });
    return {
      changed: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
      diffs: response.getDiffsList(),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      kinds,
    };
  }

  async update(old: Deployed, news: Properties, preview = false): Promise<Deployed> {
    const { inputs, faults } = await this.check(old.token, old.name, news, old.inputs);
    if (faults.length > 0) {
      throw new Error(faults.join("\n"));
    }
    const request = new pb.UpdateRequest()
      .setId(old.id)
      .setUrn(urn(old.token, old.name))
      .setOldInputs(struct(old.inputs))
      .setOlds(struct(old.outputs))
      .setNews(struct(inputs))
      .setPreview(preview);
    const response = await ask<pb.UpdateRequest, pb.UpdateResponse>(
      this.client.update,
      this.client,
      request,
    );
    return { ...old, inputs, outputs: object(response.getProperties()) };
  }

  async read(
    token: string,
    name: string,
    id: string,
    outputs: Properties,
    inputs: Properties = {},
  ) {
    const request = new pb.ReadRequest()
      .setId(id)
      .setUrn(urn(token, name))
      .setProperties(struct(outputs))
      .setInputs(struct(inputs));
    const response = await ask<pb.ReadRequest, pb.ReadResponse>(
      this.client.read,
      this.client,
      request,
    );
    return {
      id: response.getId(),
      outputs: object(response.getProperties()),
      inputs: object(response.getInputs()),
    };
  }

  async delete(old: Deployed): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(urn(old.token, old.name))
      .setProperties(struct(old.outputs));
    await ask(this.client.delete, this.client, request);
  }

  async invoke(token: string, args: Properties = {}) {
    const request = new pb.InvokeRequest().setTok(token).setArgs(struct(args));
    const response = await ask<pb.InvokeRequest, pb.InvokeResponse>(
      this.client.invoke,
      this.client,
      request,
    );
    return object(response.getReturn());
  }
}

const urn = (token: string, name: string) =>
  `urn:pulumi:dev::test::app:index:Part$${token}::${name}`;

const struct = (value: Properties) =>
  Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

// biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every shape
const object = (value: Struct | undefined): Record<string, any> => value?.toJavaScript() ?? {};

const ask = <Request, Response>(
  call: Call<Request, Response>,
  client: ResourceProviderClient,
  request: Request,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    call.call(client, request, (error, response) =>
      error ? reject(new Error(error.details)) : resolve(response),
    );
  });
