import { functionType, reservedBy } from "../../providers/aws/lambda/lambda";
import type { Service } from "../api/service";

/** Lambda: how many executions the account may have at a time, and how many no function has reserved. */
export const lambda: Service = {
  protocol: "rest",
  prefix: "lambda",
  operations: {
    GetAccountSettings: (_input, { account }) => {
      const ConcurrentExecutions = account.facts().lambdaConcurrentExecutions;
      const reserved = account
        .inventory()
        .of(functionType)
        .reduce((sum, { properties }) => sum + reservedBy(properties), 0);
      const UnreservedConcurrentExecutions = ConcurrentExecutions - reserved;
      return { AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions } };
    },
  },
};
