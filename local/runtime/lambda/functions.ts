import type { Caller } from "../iam/access";
import type { FunctionPlan } from "../plan/types";
import type { Report } from "../status";
import type { ExecutionHost } from "./executionEnvironment";
import { LocalFunction } from "./localFunction";

/** The Lambda functions of a stack, by name. */
export class Functions {
  private readonly functions = new Map<string, LocalFunction>();

  constructor(
    private readonly host: ExecutionHost,
    private readonly report: Report,
  ) {}

  /** Makes functions as planned; a changed one starts cold. */
  apply(plans: readonly FunctionPlan[]): void {
    const planned = new Map(plans.map((plan) => [plan.name, plan]));
    for (const [name, running] of this.functions) {
      if (JSON.stringify(planned.get(name)) === JSON.stringify(running.plan)) continue;
      running.retire();
      this.functions.delete(name);
    }
    for (const [name, plan] of planned) {
      if (this.functions.has(name)) continue;
      this.functions.set(name, new LocalFunction(plan, this.host));
      this.report({ event: "deployed", name, message: `version ${plan.version}` });
    }
  }

  /** By name and alias, version or $LATEST. */
  find(name: string, qualifier: string | undefined): LocalFunction | undefined {
    const found = this.functions.get(name);
    if (!found || qualifier === undefined) return found;
    const { version, aliases } = found.plan;
    return ["$LATEST", version, ...aliases].includes(qualifier) ? found : undefined;
  }

  /** Region of the stack and account of the caller, for ARNs of functions that may not exist. */
  home(caller: Caller): { region: string; account: string } {
    const [first] = this.functions.values();
    return { region: first?.plan.region ?? "", account: caller.roleArn.split(":")[4] ?? "" };
  }

  close(): void {
    for (const running of this.functions.values()) running.close();
    this.functions.clear();
  }
}
