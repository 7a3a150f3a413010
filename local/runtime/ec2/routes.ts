import { type Entry, type Properties, type State, text } from "../state";
import type { SecurityGroups } from "./securityGroups";

/** The network interface of a task or a function. */
export interface Interface {
  readonly subnet: string;
  readonly securityGroups: readonly string[];
  readonly publicIp: boolean;
}

/** The internet, or an AWS service by the last part of its endpoint name (`ecr.api`). */
export type Destination = "internet" | string;

const https = { protocol: "tcp", port: 443 } as const;

/** Routes from the subnets of a state. Subnets of a VPC that the state does not hold count as connected. */
export class Routes {
  constructor(
    private readonly state: State,
    private readonly securityGroups: SecurityGroups,
  ) {}

  /** Why this interface cannot reach the destination over HTTPS; undefined when it can. */
  fault(from: Interface, destination: Destination): string | undefined {
    const faults = [
      ...(destination === "internet" ? [] : [this.endpointFault(from, destination)]),
      this.internetFault(from),
    ];
    // A VPC endpoint takes precedence, as on AWS; without one the traffic goes over the internet.
    return faults.includes(undefined) ? undefined : faults.filter(Boolean).join(" and ");
  }

  /** True when the subnet's default route leads to an internet gateway. */
  isPublic(subnet: string): boolean {
    if (!this.subnet(subnet)) return true;
    return this.defaultRoutes(subnet).some((route) => this.isInternetGateway(route));
  }

  /** The subnets' IPv4 ranges; undefined when one is not known. */
  cidrs(subnets: readonly string[]): string[] | undefined {
    const cidrs = subnets.map((id) => this.subnet(id)?.text("cidrBlock") ?? "");
    return cidrs.includes("") ? undefined : cidrs;
  }

  /** Resource name, for messages. */
  describe(subnet: string): string {
    return `subnet ${this.subnet(subnet)?.name ?? subnet}`;
  }

  private subnet(id: string): Entry | undefined {
    return this.state.byId("aws:ec2/subnet:Subnet", id);
  }

  private internetFault(from: Interface): string | undefined {
    const groups = from.securityGroups;
    if (
      !this.securityGroups.admits("egress", groups, https, { groups: [], cidrs: ["0.0.0.0/0"] })
    ) {
      return `${this.securityGroups.describe(groups)} does not let tcp 443 out to 0.0.0.0/0`;
    }
    return this.routeFault(from);
  }

  /** Why no route leads from this interface to the internet, whatever its security groups say; undefined when one does. */
  routeFault(from: Interface): string | undefined {
    if (!this.subnet(from.subnet)) return undefined;
    const routes = this.defaultRoutes(from.subnet);
    if (routes.length === 0) {
      return `${this.describe(from.subnet)} has no default route`;
    }
    if (routes.some((route) => this.isWorkingNat(route))) return undefined;
    if (!routes.some((route) => this.isInternetGateway(route))) {
      return (
        `the default route of ${this.describe(from.subnet)} leads to no internet gateway ` +
        "and to no NAT gateway in a public subnet"
      );
    }
    return from.publicIp
      ? undefined
      : `${this.describe(from.subnet)} leads to an internet gateway, but there is no public IP`;
  }

  private defaultRoutes(subnet: string): Properties[] {
    const table = this.state
      .find("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", subnet)
      ?.text("routeTableId");
    if (!table) return [];
    return [
      ...(this.state.byId("aws:ec2/routeTable:RouteTable", table)?.records("routes") ?? []).map(
        (route) => ({ ...route, destinationCidrBlock: route.cidrBlock }),
      ),
      ...this.state
        .all("aws:ec2/route:Route")
        .filter((route) => route.text("routeTableId") === table)
        .map((route) => ({
          destinationCidrBlock: route.text("destinationCidrBlock"),
          gatewayId: route.text("gatewayId"),
          natGatewayId: route.text("natGatewayId"),
        })),
    ].filter((route) => text(route.destinationCidrBlock) === "0.0.0.0/0");
  }

  private isInternetGateway(route: Properties): boolean {
    return text(route.gatewayId).startsWith("igw-");
  }

  private isWorkingNat(route: Properties): boolean {
    const id = text(route.natGatewayId);
    if (id === "") return false;
    const nat = this.state.byId("aws:ec2/natGateway:NatGateway", id);
    if (!nat) return true;
    return nat.text("connectivityType") !== "private" && this.isPublic(nat.text("subnetId"));
  }

  private endpointFault(from: Interface, service: string): string | undefined {
    const endpoints = this.state
      .all("aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter((endpoint) => endpoint.text("serviceName").endsWith(`.${service}`));
    if (endpoints.length === 0) return `the VPC has no ${service} endpoint`;
    return endpoints.some((endpoint) =>
      endpoint.text("vpcEndpointType") === "Interface"
        ? this.interfaceEndpointAdmits(endpoint, from)
        : this.gatewayEndpointAdmits(endpoint, from),
    )
      ? undefined
      : `the ${service} endpoint does not serve ${this.describe(from.subnet)} ` +
          "(check private DNS, route tables and security groups on tcp 443)";
  }

  private interfaceEndpointAdmits(endpoint: Entry, from: Interface): boolean {
    const own = endpoint.texts("securityGroupIds");
    return (
      endpoint.flag("privateDnsEnabled") &&
      this.securityGroups.admits("egress", from.securityGroups, https, {
        groups: own,
        cidrs: this.cidrs(endpoint.texts("subnetIds")),
      }) &&
      this.securityGroups.admits("ingress", own, https, {
        groups: from.securityGroups,
        cidrs: this.cidrs([from.subnet]),
      })
    );
  }

  private gatewayEndpointAdmits(endpoint: Entry, from: Interface): boolean {
    const table = this.state
      .find("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", from.subnet)
      ?.text("routeTableId");
    return (
      table !== undefined &&
      endpoint.texts("routeTableIds").includes(table) &&
      this.securityGroups.admits("egress", from.securityGroups, https, {
        groups: [],
        cidrs: ["0.0.0.0/0"],
        prefixLists: [endpoint.text("prefixListId")],
      })
    );
  }
}
