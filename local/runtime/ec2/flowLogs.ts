import { denial, evaluateForRole } from "../iam/policyEvaluation";
import { trusts } from "../iam/trustPolicy";
import type { RolePlan } from "../plan/types";
import type { Entry, State } from "../state";

/** CreateFlowLogs checks none of this: a flow log that cannot deliver is created, with the reason in its DeliverLogsErrorMessage. */
export function checkFlowLogs(
  state: State,
  roles: ReadonlyMap<string, RolePlan>,
  problems: string[],
): void {
  for (const log of state.all("aws:ec2/flowLog:FlowLog")) {
    if (log.text("logDestinationType") !== "cloud-watch-logs") continue;
    const fault = deliveryFault(state, roles, log);
    if (fault) problems.push(`flow log ${log.name} delivers nothing: Access error: ${fault}`);
  }
}

function deliveryFault(
  state: State,
  roles: ReadonlyMap<string, RolePlan>,
  log: Entry,
): string | undefined {
  const arn = log.text("iamRoleArn");
  const role = state.find("aws:iam/role:Role", "arn", arn);
  if (!role) return `role ${arn} does not exist in this stack`;
  // log.text("arn") is arn:<partition>:ec2:<region>:<account>:vpc-flow-log/<id>
  const source = { account: log.text("arn").split(":")[4] ?? "", arn: log.text("arn") };
  if (!trusts(role.text("assumeRolePolicy"), "vpc-flow-logs.amazonaws.com", source)) {
    return `vpc-flow-logs.amazonaws.com may not assume the role '${arn}'`;
  }
  const group = log.text("logDestination");
  const anyGroup = `${group.split(":").slice(0, 5).join(":")}:log-group::log-stream:`;
  const needed: [action: string, resource: string][] = [
    ["logs:DescribeLogGroups", anyGroup],
    ["logs:DescribeLogStreams", `${group}:log-stream:`],
    ["logs:CreateLogStream", `${group}:log-stream:any`],
    ["logs:PutLogEvents", `${group}:log-stream:any`],
  ];
  const planned = roles.get(arn);
  for (const [action, resource] of needed) {
    const decision = evaluateForRole(planned, action, resource);
    if (decision === "allowed") continue;
    const user = `arn:aws:sts::${source.account}:assumed-role/${planned?.name ?? "none"}/flow-log`;
    return denial(user, action, resource, decision);
  }
  return undefined;
}
