import type { Check } from "../../checks/examine";
import { fault, ok } from "../../checks/finding";
import { healthOf } from "../../health";
import type { SmokeContext } from "../context";

const subject = "service";

/** The deployed task definition runs and its targets are healthy: needed, and never enough. */
export const service: Check<SmokeContext> = {
  subject,
  run: async ({ outputs, access }, signal) => {
    const watch = { timeoutMs: 0, onEvent: () => {}, signal };
    const { problems, taskDefinitionArn = "" } = await healthOf(outputs, {
      client: access,
      ...watch,
    });
    if (problems.length === 0) return [ok(subject, `runs ${taskDefinitionArn.split("/").at(-1)}`)];
    return problems.map((problem) =>
      fault(subject, problem, "aws ecs describe-services; npm run deploy:<stack>"),
    );
  },
};
