import { resolve } from "node:path";
import { evaluateForRole } from "../iam/policyEvaluation";
import { trusts } from "../iam/trustPolicy";
import type { FunctionPlan, RolePlan } from "../plan/types";
import { type Entry, record, type State, text } from "../state";
import type { FunctionNetworks } from "./planNetworks";

/** Lambda functions with the bundles below `checkout`. */
export function planFunctions(
  state: State,
  roles: ReadonlyMap<string, RolePlan>,
  networks: FunctionNetworks,
  checkout: string,
  problems: string[],
): FunctionPlan[] {
  return state.all("aws:lambda/function:Function").flatMap((entry) => {
    const fault = startFault(state, entry);
    if (fault) {
      problems.push(`function ${entry.text("name")} cannot run: ${fault}`);
      return [];
    }
    const archive = record(entry.raw("code"));
    const version = entry.text("version") || "$LATEST";
    const name = entry.text("name");
    const reserved = entry.number("reservedConcurrentExecutions") ?? -1;
    const logGroup = text(entry.record("loggingConfig").logGroup) || `/aws/lambda/${name}`;
    const logFault = planLogFault(state, roles.get(entry.text("role")), entry, logGroup);
    if (logFault) problems.push(`function ${name} writes no log: ${logFault}`);
    const network = networks.plan(entry, problems);
    return [
      {
        name,
        arn: entry.text("arn"),
        region: entry.text("arn").split(":")[3] ?? "",
        version,
        aliases: planAliases(state, entry, version, problems),
        runtime: entry.text("runtime"),
        code: resolve(checkout, text(archive.path)),
        codeHash: [
          entry.text("sourceCodeHash"),
          entry.text("codeSha256"),
          text(archive.hash),
        ].join(),
        handler: entry.text("handler"),
        environment: environment(entry),
        // Lambda's own defaults.
        timeoutMs: (entry.number("timeout") ?? 3) * 1000,
        memoryMb: entry.number("memorySize") ?? 128,
        ...(reserved >= 0 ? { reservedConcurrency: reserved } : {}),
        role: entry.text("role"),
        ...(logFault ? {} : { logGroup }),
        ...(network ? { network } : {}),
      },
    ];
  });
}

function startFault(state: State, entry: Entry): string | undefined {
  const archive = record(entry.raw("code"));
  const role = state.find("aws:iam/role:Role", "arn", entry.text("role"));
  if (text(archive.path) === "") return "its code is not a folder or file archive";
  if (!entry.text("runtime").startsWith("nodejs")) {
    return `runtime "${entry.text("runtime")}" is not available here, only nodejs`;
  }
  if (!/^[\w./-]+\.\w+$/.test(entry.text("handler"))) {
    return `handler "${entry.text("handler")}" is not of the form file.export`;
  }
  if (!role) return `role ${entry.text("role")} does not exist in this stack`;
  if (!trusts(role.text("assumeRolePolicy"), "lambda.amazonaws.com")) {
    return `the trust policy of role ${role.text("name")} does not name lambda.amazonaws.com`;
  }
  return undefined;
}

function planLogFault(
  state: State,
  role: RolePlan | undefined,
  entry: Entry,
  logGroup: string,
): string | undefined {
  const [, , , region, account] = entry.text("arn").split(":");
  const arn = `arn:aws:logs:${region}:${account}:log-group:${logGroup}`;
  const may = (action: string, resource: string): boolean =>
    evaluateForRole(role, action, resource) === "allowed";
  const missing = ["logs:CreateLogStream", "logs:PutLogEvents"].filter(
    (action) => !may(action, `${arn}:log-stream:any`),
  );
  if (missing.length > 0) {
    return `role ${role?.name} lacks ${missing.join(" and ")} on ${arn}:log-stream:*`;
  }
  return state.find("aws:cloudwatch/logGroup:LogGroup", "name", logGroup) ||
    may("logs:CreateLogGroup", arn)
    ? undefined
    : `log group ${logGroup} does not exist`;
}

function planAliases(state: State, entry: Entry, version: string, problems: string[]): string[] {
  return state
    .all("aws:lambda/alias:Alias")
    .filter((alias) => [entry.text("name"), entry.text("arn")].includes(alias.text("functionName")))
    .flatMap((alias) => {
      if (alias.text("functionVersion") === version) return [alias.text("name")];
      problems.push(
        `alias ${alias.text("name")} of function ${entry.text("name")} points at version ` +
          `${alias.text("functionVersion")}, but only the newest, ${version}, is kept here`,
      );
      return [];
    });
}

function environment(entry: Entry): Record<string, string> {
  const { variables } = entry.record("environment");
  return Object.fromEntries(
    Object.entries(record(variables)).map(([key, value]) => [key, text(value)]),
  );
}
