import { plan } from "../../../local/runtime/plan/plan";
import type { PlanOptions } from "../../../local/runtime/plan/types";
import { account, type Stack } from "./stack";

export const planOf = (stack: Stack, options: Partial<PlanOptions> = {}) =>
  plan(stack.list(), { checkout: "/checkout", ...options });
export const problemsOf = (stack: Stack) => planOf(stack).problems;

export const executionUser = `User: arn:aws:sts::${account}:assumed-role/execution/task`;
export const cannot = "service media cannot start its task: ";
