import { number } from "../../state";
import type { Service } from "./service";

/** Lambda: how many executions the account may have at a time, and how many no function has reserved. */
export const lambda: Service = {
  protocol: "rest",
  prefix: "lambda",
  operations: {
    GetAccountSettings: (_input, { account }) => {
      const ConcurrentExecutions = account.facts().lambdaConcurrentExecutions;
      const reserved = account
        .inventory()
        .of("aws:lambda/function:Function")
        .map(({ properties }) => Math.max(0, number(properties.reservedConcurrentExecutions) ?? 0))
        .reduce((sum, each) => sum + each, 0);
      const UnreservedConcurrentExecutions = ConcurrentExecutions - reserved;
      return { AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions } };
    },
  },
};
