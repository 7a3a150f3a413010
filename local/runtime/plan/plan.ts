import { checkFlowLogs } from "../ec2/flowLogs";
import { Routes } from "../ec2/routes";
import { SecurityGroups } from "../ec2/securityGroups";
import { planTasks } from "../ecs/planTasks";
import { planListeners } from "../elbv2/planListeners";
import { planRoles } from "../iam/planRoles";
import { planFunctions } from "../lambda/planFunctions";
import { FunctionNetworks } from "../lambda/planNetworks";
import { type Resource, State } from "../state";
import type { Plan, PlanOptions } from "./types";

/** What must run on this machine so that these resources are true, and what AWS would not connect. */
export function plan(resources: readonly Resource[], options: PlanOptions): Plan {
  const state = new State(resources);
  const problems: string[] = [];
  const securityGroups = new SecurityGroups(state);
  const routes = new Routes(state, securityGroups);
  const roles = planRoles(state, problems, options.policies);
  const functions = planFunctions(
    state,
    roles,
    new FunctionNetworks(state, routes, securityGroups),
    options.checkout,
    problems,
  );
  checkFlowLogs(state, roles, problems);
  const services = planTasks(state, routes, roles, options, problems);
  const { listeners, groups } = planListeners(state, securityGroups, routes, services, problems);
  return {
    listeners,
    groups,
    tasks: services.map(({ task }) => task),
    functions,
    roles,
    problems,
  };
}
