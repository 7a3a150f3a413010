import type { Interface, Routes } from "../ec2/routes";
import type { SecurityGroups } from "../ec2/securityGroups";
import type { FunctionNetworkPlan } from "../plan/types";
import { type Entry, list, type State, text } from "../state";

/** Where functions in VPCs get to. Their network interfaces never have a public address. */
export class FunctionNetworks {
  constructor(
    private readonly state: State,
    private readonly routes: Routes,
    private readonly securityGroups: SecurityGroups,
  ) {}

  /** undefined for a function outside of any VPC. */
  plan(entry: Entry, problems: string[]): FunctionNetworkPlan | undefined {
    const { subnetIds, securityGroupIds } = entry.record("vpcConfig");
    const securityGroups = list(securityGroupIds).map(text);
    // Lambda takes any of the subnets, so each of them has to do.
    const interfaces = list(subnetIds).map(
      (subnet): Interface => ({ subnet: text(subnet), securityGroups, publicIp: false }),
    );
    if (interfaces.length === 0) return undefined;
    const fault = this.fault(interfaces, "internet");
    if (fault) {
      problems.push(
        `function ${entry.text("name")} does not reach the internet, so its calls there time out: ${fault}`,
      );
    }
    const isLetOut = interfaces.every((from) => this.routes.routeFault(from) === undefined);
    return {
      internetPorts: isLetOut ? this.securityGroups.internetPorts(securityGroups) : [],
      ...(fault ? { services: this.endpoints(interfaces) } : {}),
    };
  }

  private fault(interfaces: readonly Interface[], destination: string): string | undefined {
    return interfaces
      .map((from) => this.routes.fault(from, destination))
      .find((fault) => fault !== undefined);
  }

  /** Services that the VPC's endpoints lead to. */
  private endpoints(interfaces: readonly Interface[]): string[] {
    const services = this.state
      .all("aws:ec2/vpcEndpoint:VpcEndpoint")
      .map((endpoint) => endpoint.text("serviceName").split(".").at(-1) ?? "");
    return services.filter((service) => this.fault(interfaces, service) === undefined);
  }
}
