import { callerArn, type Service } from "../api/service";

/** STS: who calls. */
export const sts: Service = {
  protocol: "query",
  prefix: "sts",
  operations: {
    GetCallerIdentity: (_input, call) => ({
      Arn: callerArn(call),
      UserId: "AIDALOCALLOCALLOCAL00",
      Account: call.account.id,
    }),
  },
};
