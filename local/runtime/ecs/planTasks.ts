import { memoryMib } from "../../providers/aws/ecs/taskSize";
import type { Destination, Interface, Routes } from "../ec2/routes";
import { ecrHost } from "../ecr/planImages";
import { denial, evaluateForRole } from "../iam/policyEvaluation";
import { trusts } from "../iam/trustPolicy";
import type { PlanOptions, RolePlan, TaskPlan } from "../plan/types";
import { type Entry, list, type Properties, record, type State, text } from "../state";
import { type PlannedContainer, planContainers } from "./planContainers";

/** An ECS service and the task that it runs. */
export interface PlannedService {
  readonly entry: Entry;
  readonly task: TaskPlan;
}

/** One task per ECS service that wants at least one. */
export function planTasks(
  state: State,
  routes: Routes,
  roles: ReadonlyMap<string, RolePlan>,
  { checkout, running }: PlanOptions,
  problems: string[],
): PlannedService[] {
  return state.all("aws:ecs/service:Service").flatMap((service) => {
    const name = service.text("name");
    const definition = state
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .find((entry) => [entry.text("arn"), entry.id].includes(service.text("taskDefinition")));
    if (!definition) {
      // ECS keeps every revision: after a roll-back the old one keeps running, although the state holds only the new one.
      const task = running?.get(service.id);
      if (task?.taskDefinitionArn === service.text("taskDefinition")) {
        return [{ entry: service, task }];
      }
      problems.push(
        `service ${name}: task definition ${service.text("taskDefinition")} does not exist`,
      );
      return [];
    }
    if ((service.number("desiredCount") ?? 1) < 1) {
      problems.push(`service ${name} runs no task: its desiredCount is 0`);
      return [];
    }
    const faults: string[] = [];
    const planned = planContainers(
      state,
      definition.text("containerDefinitions"),
      checkout,
      faults,
    );
    const interfaces = planInterfaces(state, service);
    faults.push(
      ...roleFaults(state, definition),
      ...logFaults(state, definition, roles, planned),
      ...permissionFaults(definition, roles, planned),
      ...routeFaults(routes, interfaces, planned),
    );
    problems.push(...faults.map((fault) => `service ${name} cannot start its task: ${fault}`));
    return [
      {
        entry: service,
        task: {
          service: name,
          serviceArn: service.id,
          clusterArn: service.text("cluster"),
          taskDefinitionArn: definition.text("arn"),
          region: region(definition),
          taskRole: definition.text("taskRoleArn"),
          executionRole: definition.text("executionRoleArn"),
          memoryMib: memoryMib(definition.text("memory")),
          containers: planned.map(({ container }) => container),
          targets: service.records("loadBalancers").map((target) => ({
            group: text(target.targetGroupArn),
            container: text(target.containerName),
          })),
          healthCheckGracePeriodMs: (service.number("healthCheckGracePeriodSeconds") ?? 0) * 1000,
          network: {
            subnets: interfaces.map(({ subnet }) => subnet),
            securityGroups: interfaces[0]?.securityGroups ?? [],
            publicIp: interfaces[0]?.publicIp ?? false,
          },
          rollback: isRollback(service.record("deploymentCircuitBreaker")),
          startFaults: faults,
        },
      },
    ];
  });
}

const isRollback = ({ enable, rollback }: Properties): boolean =>
  enable === true && rollback === true;

const region = (definition: Entry): string => definition.text("arn").split(":")[3] ?? "";
const account = (definition: Entry): string => definition.text("arn").split(":")[4] ?? "";

/** ECS may place the task in any of the service's subnets, so every one of them must work. */
function planInterfaces(state: State, service: Entry): Interface[] {
  const network = service.record("networkConfiguration");
  const subnets = list(network.subnets).map(text);
  const named = list(network.securityGroups).map(text);
  const vpc = state.byId("aws:ec2/subnet:Subnet", subnets[0] ?? "")?.text("vpcId") ?? "";
  const ownDefault = state.find(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "vpcId",
    vpc,
  )?.id;
  return subnets.map((subnet) => ({
    subnet,
    securityGroups: named.length > 0 ? named : [ownDefault ?? `default of ${vpc}`],
    publicIp: text(network.assignPublicIp) === "true",
  }));
}

function roleFaults(state: State, definition: Entry): string[] {
  return (["executionRoleArn", "taskRoleArn"] as const).flatMap((key) => {
    const arn = definition.text(key);
    if (arn === "") return [];
    const role = state.find("aws:iam/role:Role", "arn", arn);
    if (!role) return [`${key} ${arn} does not exist in this stack`];
    // ECS names the task, whose id is not known before it starts.
    const source = {
      account: account(definition),
      arn: `arn:aws:ecs:${region(definition)}:${account(definition)}:task/any/any`,
    };
    return trusts(role.text("assumeRolePolicy"), "ecs-tasks.amazonaws.com", source)
      ? []
      : [
          `ECS was unable to assume the role '${arn}'; name ecs-tasks.amazonaws.com in its ` +
            "trust policy",
        ];
  });
}

function logFaults(
  state: State,
  definition: Entry,
  roles: ReadonlyMap<string, RolePlan>,
  planned: readonly PlannedContainer[],
): string[] {
  const groups = new Set(planned.flatMap(({ container }) => container.log?.group ?? []));
  return [...groups].flatMap((group) => {
    if (!state.find("aws:cloudwatch/logGroup:LogGroup", "name", group)) {
      return [
        `ResourceInitializationError: failed to validate logger args: log group ${group} ` +
          "does not exist",
      ];
    }
    const arn = `arn:aws:logs:${region(definition)}:${account(definition)}:log-group:${group}`;
    return refusals(
      definition,
      roles,
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      [`${arn}:log-stream:any`],
    ).map((refusal) => `ResourceInitializationError: failed to validate logger args: ${refusal}`);
  });
}

function permissionFaults(
  definition: Entry,
  roles: ReadonlyMap<string, RolePlan>,
  planned: readonly PlannedContainer[],
): string[] {
  const repositories = planned
    .filter(({ registry }) => registry === "ecr")
    .map(({ image }) => {
      const [, ...path] = image.split(/[:@]/)[0]?.split("/") ?? [];
      const [, registryAccount, registryRegion] = ecrHost.exec(image) ?? [];
      return `arn:aws:ecr:${registryRegion}:${registryAccount}:repository/${path.join("/")}`;
    });
  const pull = [
    ...(repositories.length > 0
      ? refusals(definition, roles, ["ecr:GetAuthorizationToken"], ["*"])
      : []),
    ...refusals(
      definition,
      roles,
      ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      repositories,
    ),
  ].map((refusal) => `CannotPullContainerError: ${refusal}`);
  const secrets = refusals(
    definition,
    roles,
    ["secretsmanager:GetSecretValue"],
    [...new Set(planned.flatMap(({ container }) => container.secrets.map(({ arn }) => arn)))],
  ).map(
    (refusal) =>
      "ResourceInitializationError: unable to pull secrets or registry auth: " +
      `AccessDeniedException: ${refusal}`,
  );
  return [...pull, ...secrets];
}

/** Calls that the execution role lacks permission for, as AWS's messages. */
function refusals(
  definition: Entry,
  roles: ReadonlyMap<string, RolePlan>,
  actions: readonly string[],
  resources: readonly string[],
): string[] {
  const role = roles.get(definition.text("executionRoleArn"));
  const user = `arn:aws:sts::${account(definition)}:assumed-role/${role?.name ?? "none"}/task`;
  return resources.flatMap((resource) =>
    actions.flatMap((action) => {
      const decision = evaluateForRole(role, action, resource);
      return decision === "allowed" ? [] : [denial(user, action, resource, decision)];
    }),
  );
}

function routeFaults(
  routes: Routes,
  interfaces: readonly Interface[],
  planned: readonly PlannedContainer[],
): string[] {
  const has = (test: (container: PlannedContainer) => boolean): boolean => planned.some(test);
  const needs: [boolean, string, Destination[]][] = [
    [has(({ registry }) => registry === "internet"), "pull its image from docker.io", ["internet"]],
    [
      has(({ registry }) => registry === "ecr"),
      "pull its image from ECR",
      ["ecr.api", "ecr.dkr", "s3"],
    ],
    [has(({ container }) => container.log !== undefined), "write its log", ["logs"]],
    [has(({ container }) => container.secrets.length > 0), "fetch secrets", ["secretsmanager"]],
    [has(({ container }) => invokesLambda(container.environment)), "invoke Lambda", ["lambda"]],
  ];
  return needs.flatMap(([needed, purpose, destinations]) =>
    needed
      ? destinations.flatMap((destination) =>
          interfaces.flatMap((from) => {
            const fault = routes.fault(from, destination);
            const where = destination === "internet" ? "" : ` (${destination})`;
            return fault ? [`it cannot ${purpose}${where}: ${fault}`] : [];
          }),
        )
      : [],
  );
}

/** A container that is given the ARN of a function is going to call it. */
const invokesLambda = (environment: Readonly<Record<string, string>>): boolean =>
  Object.values(record(environment)).some((value) => text(value).startsWith("arn:aws:lambda:"));
