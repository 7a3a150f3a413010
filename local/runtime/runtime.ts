import { join } from "node:path";
import { LocalAccount } from "../account/localAccount";
import type { CertificateAuthority } from "./acm/certificateAuthority";
import { IssuedCertificates } from "./acm/issuedCertificates";
import { ApiServer } from "./api/server";
import { CredentialsEndpoint } from "./ecs/api/credentialsEndpoint";
import { Cluster } from "./ecs/cluster";
import type { ServiceState } from "./ecs/service";
import { Balancer, type OpenListener } from "./elbv2/balancer";
import { Access, type Credentials, operator } from "./iam/access";
import { Functions } from "./lambda/functions";
import { plan as makePlan } from "./plan/plan";
import type {
  ImagePlan,
  IssuedTlsPlan,
  ListenerPlan,
  Plan,
  ServedListener,
  TlsPlan,
} from "./plan/types";
import { Processes } from "./process/processes";
import { Secrets, type StoredSecret } from "./secretsManager/secrets";
import { type Existing, type Resource, withExisting } from "./state";
import { type Report, RuntimeError } from "./status";

export interface RuntimeOptions {
  /** Folder of the local cloud: log groups go to `<root>/logs<log group>/`. */
  readonly root: string;
  /** Folder that relative paths of Lambda bundles start from. */
  readonly checkout: string;
  /** Programs that run instead of the images. */
  readonly programs: Programs;
  /** Secrets of Secrets Manager, by ARN. */
  readonly secrets: ReadonlyMap<string, StoredSecret>;
  /** Called with each status line. */
  readonly onStatus: Report;
  /** Called with the resources before they are applied. */
  readonly onResources?: (resources: readonly Resource[]) => void;
  /** Port that a listener binds, 0 = any. Default: the listener's own. */
  readonly portOf?: (listener: ListenerPlan) => number;
  /** Where the memory of processes is read. Default: /proc. */
  readonly processFolder?: string;
  /** Signs certificates that listeners present instead of self-signed ones. Default: the self-signed ones are presented. */
  readonly certificateAuthority?: CertificateAuthority;
}

export interface Programs {
  /** The MediaMTX binary of a version and that version's own mediamtx.yml. */
  readonly mediamtx: (version: string) => {
    readonly binary: string;
    readonly configuration: string;
  };
  /** Bundle of the gateway, run by Node. */
  readonly gateway: string;
}

/**
 * Runs the deployed state of a stack on this machine: listeners are sockets on loopback, containers
 * and functions are processes, the AWS API they call is served here.
 */
export class Runtime {
  private readonly processes = new Processes();
  private readonly balancer: Balancer;
  private readonly cluster: Cluster;
  private readonly functions: Functions;
  private readonly access = new Access();
  private readonly issuedCertificates = new IssuedCertificates();
  private readonly api: ApiServer;
  private problems: readonly string[] = [];
  /** The resources that were applied last. */
  private resources: readonly Resource[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: RuntimeOptions) {
    const { root, onStatus: report } = options;
    const { access, processes } = this;
    const apiUrl = (): string => this.api.url;
    const account = new LocalAccount(root);
    const secrets = new Secrets(
      options.secrets,
      access,
      (arn) => account.facts().secrets[arn]?.policy,
    );
    const credentials = new CredentialsEndpoint(access);
    this.functions = new Functions({ root, apiUrl, access, processes }, report);
    this.balancer = new Balancer(options.portOf ?? ((listener) => listener.port), report);
    const { balancer, functions } = this;
    const cluster = () => this.cluster;
    this.api = new ApiServer({
      root,
      account,
      access,
      credentials,
      secrets,
      functions,
      balancer,
      cluster,
      deployService: (arn, existing) => this.deployService(arn, existing),
    });
    this.cluster = new Cluster({
      root,
      command: (image) => commandOf(image, options.programs),
      processes,
      access,
      secrets,
      credentials,
      apiUrl,
      group: (arn) => this.balancer.group(arn),
      report,
      processFolder: options.processFolder ?? "/proc",
    });
  }

  /** The listeners that are open now. */
  get listeners(): readonly OpenListener[] {
    return this.balancer.listeners;
  }

  /** The ECS services that run. */
  get services(): readonly ServiceState[] {
    return this.cluster.services;
  }

  /** True when everything that is deployed accepts connections. */
  get healthy(): boolean {
    return this.balancer.healthy;
  }

  /** URL of the local AWS API, once something is deployed. */
  get apiUrl(): string {
    return this.api.url;
  }

  /** Credentials with which the operator may call the local AWS API. */
  operatorCredentials(): Credentials {
    return this.access.issue(operator);
  }

  /**
   * Applies the resources of the first or a later deployment. What did not change keeps running undisturbed.
   * Resolves when listeners are bound and tasks are starting.
   *
   * @throws RuntimeError naming all ports that are taken; what ran before keeps running.
   */
  apply(resources: readonly Resource[]): Promise<void> {
    const applied = this.queue.then(() => this.applyNow(resources));
    this.queue = applied.catch(() => {});
    return applied;
  }

  /**
   * ECS's UpdateService while an update is under way: applies what exists in the account by now, and deploys the service
   * if it has changed or had been rolled back. Resolves when the deployment has ended, to the reason if it failed.
   */
  async deployService(arn: string, existing: readonly Existing[]): Promise<string | undefined> {
    const service = this.cluster.find(arn);
    if (!service) return undefined;
    const before = service.outcome;
    const resources = withExisting(this.resources, existing);
    await this.apply(resources);
    const task = this.plan(resources).tasks.find(({ serviceArn }) => serviceArn === arn);
    if (task && service.outcome === before && service.isRolledBack) await service.deploy(task);
    return service.outcome === before ? undefined : service.outcome;
  }

  /** Ends every process and closes every socket. */
  async close(): Promise<void> {
    await this.queue;
    await this.cluster.close();
    await this.balancer.close();
    this.functions.close();
    await this.api.close();
    this.processes.close();
  }

  private plan(resources: readonly Resource[]): Plan {
    const { checkout, root } = this.options;
    const { policies } = new LocalAccount(root).facts();
    return makePlan(resources, { checkout, policies, running: this.cluster.tasks });
  }

  private async applyNow(resources: readonly Resource[]): Promise<void> {
    const plan = this.plan(resources);
    this.options.onResources?.(resources);
    this.resources = resources;
    await this.api.listen();
    const listeners = await Promise.all(plan.listeners.map((each) => this.served(each)));
    await this.bind(listeners, await this.cluster.takenPorts(plan.tasks));
    for (const problem of plan.problems.filter((each) => !this.problems.includes(each))) {
      this.options.onStatus({ event: "problem", name: "", message: problem });
    }
    this.problems = plan.problems;
    this.access.apply(plan.roles);
    this.functions.apply(plan.functions);
    await this.balancer.apply(listeners, plan.groups);
    await this.cluster.apply(plan.tasks);
  }

  private async served({ tls, ...listener }: ListenerPlan): Promise<ServedListener> {
    return tls ? { ...listener, tls: await this.certificateOf(tls) } : listener;
  }

  private async certificateOf(tls: TlsPlan | IssuedTlsPlan): Promise<TlsPlan> {
    const { certificateAuthority } = this.options;
    const plan = "names" in tls ? await this.issuedCertificates.serve(tls) : tls;
    return certificateAuthority ? certificateAuthority.present(plan) : plan;
  }

  private async bind(
    listeners: readonly ServedListener[],
    taken: readonly string[],
  ): Promise<void> {
    const faults = await this.balancer.open(listeners, taken);
    if (faults.length === 0) return;
    throw new RuntimeError(
      [
        "these ports cannot be opened; end what uses them (perhaps another local cloud) and start again:",
        ...faults.map((fault) => `  ${fault}`),
      ].join("\n"),
    );
  }
}

/** The gateway's image is a Node program, narrowed to loopback; MediaMTX is configured with loopback addresses. */
function commandOf(image: ImagePlan, programs: Programs): readonly string[] {
  if (image.kind === "gateway") {
    return [process.execPath, "--import", join(__dirname, "ecs", "loopback.mjs"), programs.gateway];
  }
  const { binary, configuration } = programs.mediamtx(image.version);
  return [binary, configuration];
}
