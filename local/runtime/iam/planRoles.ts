import type { PlanOptions, RolePlan } from "../plan/types";
import type { Entry, State } from "../state";
import { parsePolicy, type Statement } from "./policyEvaluation";

/** AWS's own policies that tasks and functions use, as AWS publishes them. */
const managedPolicies: Readonly<Record<string, Statement[]>> = {
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy": [
    {
      effect: "Allow",
      actions: [
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ],
      resources: ["*"],
      conditions: [],
    },
  ],
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": [
    {
      effect: "Allow",
      actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      resources: ["*"],
      conditions: [],
    },
  ],
  "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole": [
    {
      effect: "Allow",
      actions: [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: ["*"],
      conditions: [],
    },
  ],
};

/** Every role of the state with all statements that are attached to it. */
export function planRoles(
  state: State,
  problems: string[],
  policies: PlanOptions["policies"] = {},
): Map<string, RolePlan> {
  const roles = new Map<string, RolePlan>();
  for (const role of state.all("aws:iam/role:Role")) {
    const name = role.text("name");
    const statements = [...inlinePolicies(state, role), ...attachedPolicies(state, role, problems)];
    for (const statement of statements) {
      if (!statement.unsupported) continue;
      problems.push(
        `role ${name}: ${statement.unsupported} is not evaluated here, so a statement that ` +
          `${statement.effect === "Allow" ? "allows" : "denies"} ${statement.actions.join(", ")} ` +
          `${statement.effect === "Allow" ? "grants nothing" : "applies always"}`,
      );
    }
    const boundary = policies[role.text("permissionsBoundary")];
    roles.set(role.text("arn"), {
      name,
      statements,
      ...(boundary === undefined ? {} : { boundary: parsePolicy(JSON.stringify(boundary)) }),
    });
  }
  return roles;
}

function inlinePolicies(state: State, role: Entry): Statement[] {
  const documents = [
    ...role.records("inlinePolicies").map((policy) => String(policy.policy ?? "")),
    ...state
      .all("aws:iam/rolePolicy:RolePolicy")
      .filter((policy) => isOf(role, policy))
      .map((policy) => policy.text("policy")),
  ];
  return documents.filter((document) => document !== "").flatMap(parsePolicy);
}

function attachedPolicies(state: State, role: Entry, problems: string[]): Statement[] {
  const arns = new Set([
    ...role.texts("managedPolicyArns"),
    ...state
      .all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter((attachment) => isOf(role, attachment))
      .map((attachment) => attachment.text("policyArn")),
  ]);
  return [...arns].flatMap((arn) => {
    const managed = managedPolicies[arn];
    if (managed) return managed;
    const own = state.find("aws:iam/policy:Policy", "arn", arn);
    if (own) return parsePolicy(own.text("policy"));
    problems.push(`role ${role.text("name")}: policy ${arn} is not known here and grants nothing`);
    return [];
  });
}

/** Policies name their role by name or, in Pulumi, by id, which is the name. */
const isOf = (role: Entry, policy: Entry): boolean =>
  [role.text("name"), role.id].includes(policy.text("role"));
