import type { Statement } from "../iam/policyEvaluation";

/** Everything that has to run on this machine so that a deployed stack is true. */
export interface Plan {
  readonly listeners: readonly ListenerPlan[];
  readonly groups: readonly TargetGroupPlan[];
  readonly tasks: readonly TaskPlan[];
  readonly functions: readonly FunctionPlan[];
  /** What each role of the stack may do, by role ARN. */
  readonly roles: ReadonlyMap<string, RolePlan>;
  /** What AWS would not connect or not start, one sentence each, with the remedy. */
  readonly problems: readonly string[];
}

/** A socket that clients connect to. */
export interface ListenerPlan {
  /** Resource name. */
  readonly name: string;
  readonly protocol: "TLS" | "TCP" | "UDP";
  readonly port: number;
  /** ARN of the target group it forwards to. */
  readonly group: string;
  /** Present for protocol TLS. */
  readonly tls?: TlsPlan | IssuedTlsPlan;
  readonly idleTimeoutMs: number;
}

/** A listener with what it presents. */
export type ServedListener = Omit<ListenerPlan, "tls"> & { readonly tls?: TlsPlan };

export interface TlsVersions {
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
}

export interface TlsPlan extends TlsVersions {
  /** PEM, chain included. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** With a certificate that ACM has issued, whose key ACM keeps. */
export interface IssuedTlsPlan extends TlsVersions {
  readonly names: readonly string[];
}

/** The way from a listener to a container's port. */
export interface TargetGroupPlan {
  readonly arn: string;
  readonly name: string;
  readonly protocol: "TCP" | "UDP";
  /** Container port, on 127.0.0.1 here. */
  readonly port: number;
  readonly preserveClientIp: boolean;
  readonly healthCheck: HealthCheckPlan;
}

export interface HealthCheckPlan {
  readonly protocol: "TCP" | "HTTP";
  readonly port: number;
  /** For HTTP. */
  readonly path: string;
  /** HTTP statuses that mean healthy: "200", "200,204" or "200-399". */
  readonly matcher: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** The one task of an ECS service. */
export interface TaskPlan {
  /** Name of the ECS service. */
  readonly service: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly region: string;
  /** ARN, "" when the task has none. */
  readonly taskRole: string;
  /** ARN, "" when the task has none. */
  readonly executionRole: string;
  /** Limit for all containers together; undefined = none. */
  readonly memoryMib: number | undefined;
  readonly containers: readonly ContainerPlan[];
  readonly targets: readonly TargetPlan[];
  readonly healthCheckGracePeriodMs: number;
  /** Where its network interface is; ECS deploys a service anew when this changes. */
  readonly network: NetworkPlan;
  /** Whether the circuit breaker rolls a failed deployment back. */
  readonly rollback: boolean;
  /** Why a new task could not start; a running task keeps running. */
  readonly startFaults: readonly string[];
}

export interface NetworkPlan {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly publicIp: boolean;
}

/** A container of the task is registered with a target group. */
export interface TargetPlan {
  readonly group: string;
  readonly container: string;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: ImagePlan;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretPlan[];
  readonly essential: boolean;
  readonly dependsOn: readonly DependencyPlan[];
  /** Volumes of the task, by where the container sees them. */
  readonly mounts: readonly { readonly volume: string; readonly containerPath: string }[];
  readonly ports: readonly { readonly port: number; readonly protocol: "tcp" | "udp" }[];
  /** Where its output goes; without it the output is dropped. */
  readonly log?: { readonly group: string; readonly streamPrefix: string };
  readonly stopTimeoutMs: number;
  readonly startTimeoutMs: number;
}

export type ImagePlan =
  | { readonly kind: "mediamtx"; readonly version: string }
  | { readonly kind: "gateway" };

export interface SecretPlan {
  /** Name of the environment variable. */
  readonly name: string;
  readonly arn: string;
  /** Key inside a JSON secret; "" for the whole value. */
  readonly key: string;
}

export interface DependencyPlan {
  readonly container: string;
  readonly condition: "START" | "HEALTHY" | "COMPLETE" | "SUCCESS";
}

export interface FunctionPlan {
  readonly name: string;
  /** Without qualifier. */
  readonly arn: string;
  readonly region: string;
  readonly version: string;
  /** Names of the aliases that point at this version. */
  readonly aliases: readonly string[];
  readonly runtime: string;
  /** Folder of the bundle. */
  readonly code: string;
  /** Changes whenever the code does. */
  readonly codeHash: string;
  /** `file.export`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Undefined = unreserved. */
  readonly reservedConcurrency?: number;
  readonly role: string;
  /** Undefined when the role may not write there: the output is lost, as on AWS. */
  readonly logGroup?: string;
  /** Undefined = outside of any VPC, where everything is reached. */
  readonly network?: FunctionNetworkPlan;
}

/** Where the network interfaces of a function in a VPC lead. */
export interface FunctionNetworkPlan {
  /** First and last of the TCP ports on the internet. */
  readonly internetPorts: readonly (readonly [first: number, last: number])[];
  /** The only AWS services that are reached; undefined = all. */
  readonly services?: readonly string[];
}

export interface RolePlan {
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Left out: none, or one whose policy is not known here. */
  readonly boundary?: readonly Statement[] | undefined;
}

export interface PlanOptions {
  /** Folder that relative paths of Lambda bundles start from. */
  readonly checkout: string;
  /** Documents of managed policies that are not deployed, by ARN; default none. */
  readonly policies?: Readonly<Record<string, unknown>>;
  /** Tasks that services run by now, by the service's ARN; default none. */
  readonly running?: ReadonlyMap<string, TaskPlan>;
}
