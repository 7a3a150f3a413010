/** What happens to one resource. A replacement counts once, although the engine makes several steps of it. */
export interface ResourceChange {
  readonly urn: string;
  /** Name in the program. */
  readonly name: string;
  /** Type token, such as aws:ecs/service:Service. */
  readonly type: string;
  readonly operation: "create" | "update" | "replace" | "delete";
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/** What a rule of the policy pack says. */
export interface PolicyFinding {
  readonly policy: string;
  /** A mandatory one stops the deployment. */
  readonly level: "mandatory" | "advisory";
  /** Name of the resource in the program; undefined when it is about the whole stack. */
  readonly resource: string | undefined;
  readonly message: string;
}

/** What the engine, a provider or the program says. */
export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly resource: string | undefined;
  readonly message: string;
}

/** Told while an operation is under way. Values of resources are in none of them. */
export type DeploymentEvent =
  | {
      readonly type: "operation";
      readonly operation: Operation;
      readonly stack: string;
    }
  | {
      readonly type: "resource";
      /** "planned" in a preview. */
      readonly state: "planned" | "started" | "done" | "failed";
      readonly change: ResourceChange;
    }
  | { readonly type: "policy"; readonly finding: PolicyFinding }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly type: "health"; readonly waitingFor: readonly string[] };

/** "refresh" reads single resources anew, before the update. */
export type Operation = "refresh" | "preview" | "update" | "preview of destroy" | "destroy";
