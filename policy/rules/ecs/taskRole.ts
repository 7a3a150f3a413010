import { textsIn } from "../../aws/policyDocument";
import { aws } from "../../aws/typeTokens";
import type { Findings } from "../../kit/findings";
import { among, hasLength } from "../../kit/predicates";
import type { Property } from "../../kit/property";
import { stackRule } from "../../kit/rule";
import type { Stack, StackResource } from "../../kit/stack";
import { type Answer, anyOf, ask, known, no, not, yes } from "../../kit/tristate";
import { permissions } from "../iam";

export const taskRoleInvokesOnly = stackRule({
  name: "task-role-invokes-only",
  description:
    "Requires the role of a task to allow the invocation of named functions of its stack, and no more.",
  severity: "high",
  level: "production",
  ids: {},
  remediationSteps:
    "Allow lambda:InvokeFunction on the ARN of the auth function, and give other work to the execution role.",
  checkStack: (stack, report) => {
    const tasks = stack.of(aws("ecs", "TaskDefinition"));
    const roles = stack
      .of(aws("iam", "Role"))
      .filter((role) =>
        report.holds(
          anyOf(known(false), ...tasks.map((task) => stack.refers(task, "taskRoleArn", role))),
        ),
      );
    for (const role of roles) {
      const policies = stack.referring(stack.of(aws("iam", "RolePolicy")), "role", role);
      for (const holder of [role, ...policies]) checkPermissions(holder, stack, report);
      refuseAttachments(role, stack, report);
    }
  },
});

function checkPermissions(holder: StackResource, stack: Stack, report: Findings): void {
  for (const statement of permissions(holder.props, report)) {
    const actions = textsIn(statement.get("Action"), report);
    const isMore = actions.length === 0 || !actions.every(among("lambda:InvokeFunction"));
    report.refuse(known(isMore), statement, "the containers may do more than ask", holder);
    const target = statement.get("Resource");
    const isNamed = anyOf(
      known(false),
      ...target.items().map((item) => ask(item, (arn) => /^arn:[^*?]+$/.test(arn.text()))),
    );
    const isAny = anyOf(
      not(isNamed),
      ...target.items().map((item) => ask(item, (arn) => /[*?]/.test(arn.text()))),
    );
    report.refuse(isAny, target, "the containers may invoke every function", holder);
    const isOthers = anyOf(no, ...target.items().map((item) => not(isOwnFunction(item, stack))));
    report.refuse(
      isOthers,
      target,
      "the containers may invoke a function of another stack",
      holder,
    );
  }
}

/** The ARN of a function of the stack, or of a version or alias of it. Where the stack has none, every function is. */
function isOwnFunction(item: Property, stack: Stack): Answer {
  const functions = stack.of(aws("lambda", "Function"));
  if (functions.length === 0) return yes;
  const matches = functions.map((own) => {
    const arn = own.props.get("arn");
    if (arn.unknown) return ask(arn, () => false);
    return ask(item, (named) => `${named.text()}:`.startsWith(`${arn.text()}:`));
  });
  return anyOf(...matches);
}

/** Resources that attach policies, each with the property that names one role or several. */
const attachments = [
  ["RolePolicyAttachment", "role"],
  ["RolePolicyAttachmentsExclusive", "roleName"],
  ["PolicyAttachment", "roles"],
] as const;

function refuseAttachments(role: StackResource, stack: Stack, report: Findings): void {
  const problem = "an attached policy adds to what the containers may do";
  for (const [type, property] of attachments) {
    for (const attachment of stack.referring(stack.of(aws("iam", type)), property, role)) {
      report.refuse(known(true), attachment.props, problem, attachment);
    }
  }
  report.require(role.props.get("managedPolicyArns"), hasLength(0, 0), problem, role);
}

export const taskRoleRules = [taskRoleInvokesOnly] as const;
