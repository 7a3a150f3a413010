import { plan } from "../../local/runtime/plan/plan";
import { account, type Stack } from "./stack";

export const planOf = (stack: Stack) => plan(stack.list(), { checkout: "/checkout" });
export const problemsOf = (stack: Stack) => planOf(stack).problems;

export const executionUser = `User: arn:aws:sts::${account}:assumed-role/execution/task`;
export const cannot = "service media cannot start its task: ";
