import type { sendUnaryData } from "@grpc/grpc-js";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import {
  type AnalyzeDiagnostic,
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResourceOptions,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Environment } from "../../policy/environment";
import { toPolicy } from "../../policy/rule";
import { rules } from "../../policy/rules";

type AnalyzeRpc = (
  call: { request: AnalyzeRequest },
  callback: sendUnaryData<AnalyzeResponse>,
) => Promise<void>;

// The SDK exports both without types.
const { makeAnalyzeRpcFun } = require("@pulumi/policy/server") as {
  makeAnalyzeRpcFun: (
    pack: string,
    version: string,
    level: string,
    policies: ResourceValidationPolicy[],
  ) => AnalyzeRpc;
};
const sentinels = require("@pulumi/policy/proxy") as Record<
  "unknownStringValue" | "unknownNumberValue" | "unknownArrayValue",
  string
>;

/** What the engine sends in a preview for a value that it does not know yet. */
export const unknown = {
  string: sentinels.unknownStringValue,
  number: sentinels.unknownNumberValue,
  array: sentinels.unknownArrayValue,
} as const;

export type Level = "advisory" | "mandatory";

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
}

/** A resource as the engine asks about it. */
export function request(type: string, props: object, stack = "dev"): AnalyzeRequest {
  const analyze = new AnalyzeRequest();
  analyze.setType(type);
  analyze.setName("it");
  analyze.setUrn(`urn:pulumi:${stack}::project::${type}::it`);
  analyze.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(props))));
  analyze.setOptions(new AnalyzerResourceOptions());
  return analyze;
}

export const finding = (diagnostic: AnalyzeDiagnostic): Finding => ({
  rule: diagnostic.getPolicyname(),
  level: diagnostic.getEnforcementlevel() === 1 ? "mandatory" : "advisory",
  message: diagnostic.getMessage(),
});

const analyzers = Object.fromEntries(
  (["production", "development"] as const).map((environment) => [
    environment,
    makeAnalyzeRpcFun(
      "pack",
      "0.0.0",
      "advisory",
      rules.map((rule) => toPolicy(rule, environment)),
    ),
  ]),
) as Record<Environment, AnalyzeRpc>;

/** Asks every rule of the pack, through the SDK, about one resource. */
export function analyze(
  type: string,
  props: object,
  { environment = "production" as Environment, stack = "dev" } = {},
): Promise<Finding[]> {
  return new Promise((resolve, reject) => {
    analyzers[environment]({ request: request(type, props, stack) }, (error, response) => {
      if (error || !response) reject(error ?? new Error("no response"));
      else resolve(response.getDiagnosticsList().map(finding));
    });
  });
}

/** Levels of the findings, in order. */
export const levels = async (type: string, props: object): Promise<Level[]> =>
  (await analyze(type, props)).map(({ level }) => level);
