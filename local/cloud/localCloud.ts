import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { accountId } from "../account/accountId";
import { cloudtakExport } from "../account/cloudformationExports";
import { type Cloudtak, startCloudtak } from "../cloudtak/server";
import { CertificateAuthority } from "../runtime/acm/certificateAuthority";
import { Runtime } from "../runtime/runtime";
import type { StoredSecret } from "../runtime/secretsManager/secrets";
import type { Resource } from "../runtime/state";
import type { Status } from "../runtime/status";
import { removeAwsEndpoint, writeAwsEndpoint } from "./awsEndpoint";
import { Deployment } from "./deployment";
import { prepareBackend } from "./environment";
import { cloudtakPort } from "./localStack";
import { certificateAuthorityFolder, checkout, type LocalPaths, type Toolchain } from "./paths";
import { writeProject } from "./project";
import { pulumiOrThrow, selectStack } from "./pulumiCli";
import { localSecret, storedSecrets } from "./secretValues";

export interface LocalCloudOptions {
  readonly paths: LocalPaths;
  readonly toolchain: Toolchain;
  readonly stack: string;
  /** Users and leases of the CloudTAK stand-in. */
  readonly cloudtakData: string;
  /** Called with each line of progress. */
  readonly report: (line: string) => void;
  /** Whether the output of `pulumi` is shown as well. */
  readonly echo?: boolean;
}

/** Interval at which the state is checked for a new deployment. */
const pollIntervalMs = 300;

/** A task that starts is healthy within two seconds; this is long enough for a busy machine. */
const readyTimeoutMs = 60_000;

/**
 * The whole system on this machine: a deployed stack, the runtime that runs its resources, and a stand-in for CloudTAK,
 * which on AWS is a stack of its own.
 */
export class LocalCloud {
  private readonly deployment: Deployment;
  private readonly runtime: Runtime;
  private readonly certificateAuthority = new CertificateAuthority(certificateAuthorityFolder);
  private readonly secrets = new Map<string, StoredSecret>();
  private cloudtak: Cloudtak | undefined;
  private queue: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: LocalCloudOptions) {
    const { paths, toolchain, stack } = options;
    this.deployment = new Deployment(paths, toolchain, stack);
    this.runtime = new Runtime({
      root: paths.root,
      checkout,
      programs: { mediamtx: (version) => mediamtx(toolchain, version), gateway: gatewayBundle },
      secrets: this.secrets,
      onStatus: (status) => this.onStatus(status),
      onResources: (resources) => this.readSecrets(resources),
      certificateAuthority: this.certificateAuthority,
    });
  }

  /** Deploys the stack with the policy pack and starts everything; resolves when all target groups are healthy. */
  async start(): Promise<void> {
    const { paths, toolchain, stack } = this.options;
    await this.prepare();
    await selectStack(paths, toolchain, stack);
    await this.startCloudtak();
    await this.deploy();
    this.publishAwsEndpoint();
    await this.ready();
    this.poll();
  }

  /** Opens an account without the stack; the runtime follows what is deployed into it later. */
  async open(): Promise<void> {
    await this.prepare();
    await this.runtime.apply([]);
    this.publishAwsEndpoint();
    this.poll();
  }

  /** Runs `pulumi up` with the policy pack, then applies the state to the runtime. */
  async deploy(): Promise<void> {
    const { paths, toolchain, stack, echo = false } = this.options;
    const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--policy-pack", "policy"];
    await pulumiOrThrow(paths, toolchain, args, { echo });
    await this.follow();
  }

  /** Applies the deployed state to the runtime, if it has changed. */
  follow(): Promise<void> {
    const followed = this.queue.then(async () => {
      const resources = this.closed ? undefined : await this.deployment.changed();
      if (!resources) return;
      await this.runtime.apply(resources);
    });
    this.queue = followed.catch(() => {});
    return followed;
  }

  /** Stack outputs as `pulumi stack output --json` prints them. */
  async outputs(): Promise<Record<string, unknown>> {
    const { paths, toolchain, stack } = this.options;
    const args = ["stack", "output", "--json", "--stack", stack];
    return JSON.parse(await pulumiOrThrow(paths, toolchain, args));
  }

  /** File with the certificate that clients have to trust. */
  get certificateAuthorityFile(): string {
    return this.certificateAuthority.file;
  }

  get listeners() {
    return this.runtime.listeners;
  }

  /** Starts the CloudTAK stand-in, with the signing secret that the auth function reads. */
  async startCloudtak(): Promise<void> {
    if (this.cloudtak) return;
    const { paths, cloudtakData } = this.options;
    const config = this.stackConfig();
    const arn =
      config["tak-media-infra:cloudtakSigningSecretArn"] ||
      cloudtakExport(`${config["tak-media-infra:cloudtakStack"]}-CloudTAK-SigningSecret`, {
        id: accountId,
        region: this.region,
      }) ||
      "";
    try {
      this.cloudtak = await startCloudtak({
        port: cloudtakPort,
        dataFile: cloudtakData,
        signingSecret: localSecret(paths, arn),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      throw new Error(
        `port ${cloudtakPort} is taken, which the CloudTAK stand-in needs; ` +
          "end what uses it (perhaps another local cloud) and start again",
      );
    }
  }

  async stopCloudtak(): Promise<void> {
    await this.cloudtak?.close();
    this.cloudtak = undefined;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.queue;
    removeAwsEndpoint(this.options.paths);
    await this.runtime.close();
    await this.stopCloudtak();
  }

  private async prepare(): Promise<void> {
    const { paths, report } = this.options;
    prepareBackend(paths);
    for (const name of writeProject(paths)) {
      report(`${name} has changed: its local copy was written anew, what was set in it is gone`);
    }
    await this.recover();
  }

  /**
   * Waits for an update that is under way. One that was cut short leaves the state and the inventory of the local
   * cloud at odds; a new deployment makes everything that both hold again.
   */
  private async recover(): Promise<void> {
    const { paths, report } = this.options;
    const pid = this.deployment.updatingProcess();
    if (pid) report(`waiting for the update that process ${pid} is making`);
    while (this.deployment.updatingProcess()) await pause(200);
    if (!this.deployment.wasCutShort()) return;
    report(
      "an earlier deployment was cut short: its state is dropped, everything is deployed anew",
    );
    rmSync(paths.state, { recursive: true });
    rmSync(paths.inventory, { force: true });
    prepareBackend(paths);
  }

  private stackConfig(): Record<string, string> {
    const { paths, stack } = this.options;
    return parse(readFileSync(join(paths.project, `Pulumi.${stack}.yaml`), "utf8")).config;
  }

  private get region(): string {
    return this.stackConfig()["aws:region"] ?? "";
  }

  private publishAwsEndpoint(): void {
    const { AccessKeyId, SecretAccessKey, Token } = this.runtime.operatorCredentials();
    writeAwsEndpoint(this.options.paths, {
      endpoint: this.runtime.apiUrl,
      region: this.region,
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: Token,
      },
    });
  }

  /** Waits until all target groups are healthy. */
  async ready(): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs;
    while (!this.runtime.healthy && !this.closed) {
      if (Date.now() > deadline) {
        throw new Error(
          `the target groups are not healthy after ${readyTimeoutMs / 1000} s; the lines above and ` +
            `${this.options.paths.logs} say why`,
        );
      }
      await pause(50);
    }
  }

  private poll(): void {
    this.timer = setTimeout(async () => {
      await this.follow().catch((error) => this.options.report(`problem: ${error.message}`));
      if (!this.closed) this.poll();
    }, pollIntervalMs);
  }

  /** A new deployment may name new secrets. */
  private readSecrets(resources: readonly Resource[]): void {
    for (const [arn, secret] of storedSecrets(this.options.paths, resources, this.region)) {
      this.secrets.set(arn, secret);
    }
  }

  private onStatus({ event, name, message }: Status): void {
    this.options.report(`${event}${name ? ` ${name}` : ""}: ${message}`);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const gatewayBundle = join(checkout, "gateway/bin/gateway.js");

/** The binary that runs instead of the image `bluenviron/mediamtx:<version>`. */
function mediamtx(toolchain: Toolchain, version: string) {
  if (version !== toolchain.mediamtxVersion) {
    throw new Error(
      `mediamtxVersion is ${version}, but MediaMTX ${toolchain.mediamtxVersion} is set up here; ` +
        `set mediamtxVersion to ${toolchain.mediamtxVersion}`,
    );
  }
  return {
    binary: join(toolchain.mediamtx, "mediamtx"),
    configuration: join(toolchain.mediamtx, "mediamtx.yml"),
  };
}
