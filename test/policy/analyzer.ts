import type { sendUnaryData } from "@grpc/grpc-js";
import {
  type AnalyzeDiagnostic,
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Environment } from "../../policy/kit/environment";
import type { Rule } from "../../policy/kit/rule";
import type { AnyPolicy } from "../../policy/kit/toPolicy";
import { policiesOf } from "../../policy/policies";
import { rules } from "../../policy/rules";
import { type Resource, type Subject, unknown } from "./cases/case";

export { unknown };

type Rpc<Request> = (
  call: { request: Request },
  callback: sendUnaryData<AnalyzeResponse>,
) => Promise<void>;
type MakeRpc<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: AnyPolicy[],
) => Rpc<Request>;

// The SDK exports these without types.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = require("@pulumi/policy/server") as {
  makeAnalyzeRpcFun: MakeRpc<AnalyzeRequest>;
  makeAnalyzeStackRpcFun: MakeRpc<AnalyzeStackRequest>;
};

export type Level = "advisory" | "mandatory";

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
}

const struct = (props: object) => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));

const urnOf = (stack: string, type: string, name: string) =>
  `urn:pulumi:${stack}::project::${type}::${name}`;

/** A resource as the engine asks about it. */
export function request(type: string, props: object, stack = "dev", name = "it"): AnalyzeRequest {
  const analyze = new AnalyzeRequest();
  analyze.setType(type);
  analyze.setName(name);
  analyze.setUrn(urnOf(stack, type, name));
  analyze.setProperties(struct(props));
  analyze.setOptions(new AnalyzerResourceOptions());
  return analyze;
}

function stackRequest(subject: Subject, stack: string): AnalyzeStackRequest {
  const urn = (name: string) => {
    const found = subject.find((resource) => resource.name === name);
    return urnOf(stack, found?.type ?? "none", name);
  };
  const message = new AnalyzeStackRequest();
  message.setResourcesList(
    subject.map((resource: Resource) => {
      const item = new AnalyzerResource();
      item.setType(resource.type);
      item.setName(resource.name);
      item.setUrn(urnOf(stack, resource.type, resource.name));
      item.setProperties(struct(resource.props));
      item.setOptions(new AnalyzerResourceOptions());
      if (resource.parent) item.setParent(urn(resource.parent));
      for (const [property, names] of Object.entries(resource.dependsOn ?? {})) {
        const dependencies = new AnalyzerPropertyDependencies();
        dependencies.setUrnsList(names.map(urn));
        item.getPropertydependenciesMap().set(property, dependencies);
      }
      return item;
    }),
  );
  return message;
}

export const finding = (diagnostic: AnalyzeDiagnostic): Finding => ({
  rule: diagnostic.getPolicyname(),
  level: diagnostic.getEnforcementlevel() === 1 ? "mandatory" : "advisory",
  message: diagnostic.getMessage(),
});

const ask = <Request>(rpc: Rpc<Request>, question: Request): Promise<Finding[]> =>
  new Promise((resolve, reject) => {
    rpc({ request: question }, (error, response) => {
      if (error || !response) reject(error ?? new Error("no response"));
      else resolve(response.getDiagnosticsList().map(finding));
    });
  });

export interface Analyzer {
  /** What is said of each resource by itself. */
  resource(type: string, props: object, stack?: string): Promise<Finding[]>;
  /** What is said of each resource and then of all together. */
  subject(subject: Subject): Promise<Finding[]>;
}

/** Asks rules through the SDK, as the engine would. */
export function analyzer(of: readonly Rule[], environment: Environment): Analyzer {
  const policies = policiesOf(of, environment);
  const single = makeAnalyzeRpcFun("pack", "0.0.0", "advisory", policies);
  const whole = makeAnalyzeStackRpcFun("pack", "0.0.0", "advisory", policies);
  return {
    resource: (type, props, stack) => ask(single, request(type, props, stack)),
    subject: async (subject) => {
      const each = subject.map(({ type, props, name }) =>
        ask(single, request(type, props, "dev", name)),
      );
      return [
        ...(await Promise.all(each)).flat(),
        ...(await ask(whole, stackRequest(subject, "dev"))),
      ];
    },
  };
}

/** Asks one rule about one resource. */
export function analyze(
  name: string,
  type: string,
  props: object,
  { environment = "production" as Environment, stack = "dev" } = {},
): Promise<Finding[]> {
  const rule = rules.filter((candidate) => candidate.name === name);
  return analyzer(rule, environment).resource(type, props, stack);
}
