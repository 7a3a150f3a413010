/**
 * What other programs import from "tak-media-infra": the system and its parts for a Pulumi program, and the operations
 * that deploy it, with what they tell and how they fail. The Pulumi CLI runs index.ts instead.
 */
export {
  type DeployOptions,
  type DeployResult,
  deploy,
  destroy,
  type Outputs,
  outputs,
  type Plan,
  preview,
  type StackOptions,
} from "./automation/deployment";
export {
  CancelledError,
  ConcurrentUpdateError,
  ConfigurationError,
  CredentialsError,
  DeploymentError,
  exitCodes,
  PolicyViolationError,
  StackNotFoundError,
  UnhealthyError,
  UpdateFailedError,
  UsageError,
} from "./automation/errors";
export type {
  DeploymentEvent,
  Diagnostic,
  Operation,
  PolicyFinding,
  ResourceChange,
} from "./automation/events";
export type { HealthOptions } from "./automation/health";
export type { Health } from "./automation/serviceHealth";
export type { Workspace } from "./automation/workspace";
export { Alarms, type AlarmsArgs } from "./components/alarms";
export { AuthFunction, type AuthFunctionArgs } from "./components/auth/authFunction";
export { GatewayImage, type GatewayImageArgs } from "./components/images/gatewayImage";
export { Certificate, type CertificateArgs } from "./components/loadBalancer/certificate";
export { Listeners, type ListenersArgs } from "./components/loadBalancer/listeners";
export { LoadBalancer, type LoadBalancerArgs } from "./components/loadBalancer/loadBalancer";
export { MediaInfra, type MediaInfraOutputs, mediaInfra } from "./components/mediaInfra";
export { Network, type NetworkArgs } from "./components/network/network";
export { MediaService, type MediaServiceArgs } from "./components/service/mediaService";
export type { Fault } from "./config/fault";
export type { MediaInfraArgs } from "./config/mediaInfraArgs";
