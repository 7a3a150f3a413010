import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "../../../local/runtime/state";

type Properties = Record<string, unknown>;

const region = "ap-southeast-2";
export const account = "123456789012";
const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

export const arns = {
  function: arn("lambda", "function:auth"),
  alias: arn("lambda", "function:auth:live"),
  secret: arn("secretsmanager", "secret:srt-passphrase-AbCdEf"),
  certificate: arn("acm", "certificate/1"),
  taskRole: `arn:aws:iam::${account}:role/task`,
  executionRole: `arn:aws:iam::${account}:role/execution`,
  functionRole: `arn:aws:iam::${account}:role/function`,
  tcpGroup: arn("elasticloadbalancing", "targetgroup/tcp/1"),
  udpGroup: arn("elasticloadbalancing", "targetgroup/udp/1"),
  cluster: arn("ecs", "cluster/media-cluster"),
  service: arn("ecs", "service/media-cluster/media"),
};

const loadBalancerArn = arn("elasticloadbalancing", "loadbalancer/net/nlb/1");
export const repository = `${account}.dkr.ecr.${region}.amazonaws.com/gateway`;

/** Container ports of the fixture; tests that run something choose free ones. */
export interface Ports {
  readonly tcp: number;
  readonly udp: number;
  readonly health: number;
}

export const plannedPorts: Ports = { tcp: 11935, udp: 18890, health: 19990 };

/**
 * A deployed stack in small: TLS 1936 and TCP 1935 on one TCP group, UDP 8890 on a UDP group, one service with
 * gateway and MediaMTX in a private subnet with a NAT gateway, one function with alias `live`.
 */
export class Stack {
  private readonly resources = new Map<string, Resource>();

  constructor(readonly ports: Ports = plannedPorts) {
    this.network();
    this.loadBalancer();
    this.service();
    this.function();
  }

  list(): Resource[] {
    return [...this.resources.values()];
  }

  add(type: string, name: string, properties: Properties): this {
    const { id = `${name}-id`, ...outputs } = properties;
    const urn = `urn:pulumi:dev::tak-media-infra::${type}::${name}`;
    this.resources.set(name, { urn, type, id: String(id), inputs: {}, outputs });
    return this;
  }

  edit(name: string, changes: Properties): this {
    const resource = this.resources.get(name);
    if (!resource) throw new Error(`the fixture has no resource ${name}`);
    this.resources.set(name, { ...resource, outputs: { ...resource.outputs, ...changes } });
    return this;
  }

  remove(name: string): this {
    if (!this.resources.delete(name)) throw new Error(`the fixture has no resource ${name}`);
    return this;
  }

  /** Changes one container definition of the task. */
  editContainer(container: string, changes: Properties): this {
    const definitions: Properties[] = JSON.parse(this.text("task", "containerDefinitions"));
    return this.edit("task", {
      containerDefinitions: JSON.stringify(
        definitions.map((definition) =>
          definition.name === container ? { ...definition, ...changes } : definition,
        ),
      ),
    });
  }

  /** Replaces the statements of a role's policy. */
  allow(role: string, ...statements: [actions: string[], resource: string][]): this {
    return this.edit(`${role}-policy`, { policy: policy(...statements) });
  }

  private text(name: string, key: string): string {
    return String(this.resources.get(name)?.outputs[key]);
  }

  private network(): void {
    this.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    this.add("aws:ec2/internetGateway:InternetGateway", "igw", { id: "igw-1", vpcId: "vpc-id" });
    for (const [name, cidrBlock, target] of [
      ["public", "10.0.0.0/24", { gatewayId: "igw-1" }],
      ["private", "10.0.1.0/24", { natGatewayId: "nat-id" }],
    ] as const) {
      this.add("aws:ec2/subnet:Subnet", name, { vpcId: "vpc-id", cidrBlock });
      this.add("aws:ec2/routeTable:RouteTable", `${name}-table`, { vpcId: "vpc-id" });
      this.add("aws:ec2/routeTableAssociation:RouteTableAssociation", `${name}-association`, {
        subnetId: `${name}-id`,
        routeTableId: `${name}-table-id`,
      });
      this.add("aws:ec2/route:Route", `${name}-route`, {
        routeTableId: `${name}-table-id`,
        destinationCidrBlock: "0.0.0.0/0",
        ...target,
      });
    }
    this.add("aws:ec2/natGateway:NatGateway", "nat", {
      subnetId: "public-id",
      connectivityType: "public",
    });
  }

  private loadBalancer(): void {
    const { tcp, udp, health } = this.ports;
    this.add("aws:ec2/securityGroup:SecurityGroup", "nlb-group", { vpcId: "vpc-id" });
    this.add("aws:ec2/securityGroup:SecurityGroup", "task-group", { vpcId: "vpc-id" });
    for (const [name, protocol, port] of [
      ["tls", "tcp", 1936],
      ["plain", "tcp", 1935],
      ["srt", "udp", 8890],
    ] as const) {
      this.rule("Ingress", `${name}-in`, "nlb-group-id", protocol, port, {
        cidrIpv4: "0.0.0.0/0",
      });
    }
    for (const [name, protocol, port] of [
      ["tcp", "tcp", tcp],
      ["udp", "udp", udp],
      ["health", "tcp", health],
    ] as const) {
      this.rule("Egress", `${name}-out`, "nlb-group-id", protocol, port, {
        referencedSecurityGroupId: "task-group-id",
      });
      this.rule("Ingress", `${name}-to-task`, "task-group-id", protocol, port, {
        referencedSecurityGroupId: "nlb-group-id",
      });
    }
    this.rule("Egress", "task-out", "task-group-id", "tcp", 443, { cidrIpv4: "0.0.0.0/0" });
    this.add("aws:lb/loadBalancer:LoadBalancer", "nlb", {
      arn: loadBalancerArn,
      internal: false,
      subnets: ["public-id"],
      securityGroups: ["nlb-group-id"],
    });
    const { certificate, key } = selfSigned();
    this.add("aws:acm/certificate:Certificate", "certificate", {
      arn: arns.certificate,
      certificateBody: certificate,
      privateKey: key,
    });
    for (const [name, group, protocol, port] of [
      ["tcp", arns.tcpGroup, "TCP", tcp],
      ["udp", arns.udpGroup, "UDP", udp],
    ] as const) {
      this.add("aws:lb/targetGroup:TargetGroup", `${name}-target`, {
        arn: group,
        port,
        protocol,
        ...(protocol === "TCP" ? { preserveClientIp: "true" } : {}),
        healthCheck: {
          protocol: "HTTP",
          port: String(health),
          path: "/health",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      });
    }
    this.listener("tls", "TLS", 1936, arns.tcpGroup, {
      certificateArn: arns.certificate,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    });
    this.listener("plain", "TCP", 1935, arns.tcpGroup, { tcpIdleTimeoutSeconds: 60 });
    this.listener("srt", "UDP", 8890, arns.udpGroup, {});
  }

  private rule(
    direction: "Ingress" | "Egress",
    name: string,
    securityGroupId: string,
    ipProtocol: string,
    port: number,
    peer: Properties,
  ): void {
    this.add(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, name, {
      securityGroupId,
      ipProtocol,
      fromPort: port,
      toPort: port,
      ...peer,
    });
  }

  private listener(
    name: string,
    protocol: string,
    port: number,
    targetGroupArn: string,
    more: Properties,
  ): void {
    this.add("aws:lb/listener:Listener", name, {
      loadBalancerArn,
      protocol,
      port,
      defaultActions: [{ type: "forward", targetGroupArn }],
      ...more,
    });
  }

  private service(): void {
    const { tcp, udp, health } = this.ports;
    this.add("aws:cloudwatch/logGroup:LogGroup", "log", { name: "/ecs/media" });
    this.add("aws:ecr/repository:Repository", "repository", { repositoryUrl: repository });
    this.role("execution", "ecs-tasks.amazonaws.com", [
      [["ecr:GetAuthorizationToken"], "*"],
      [["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], arn("ecr", "repository/gateway")],
      [["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", "log-group:/ecs/media")}:*`],
      [["secretsmanager:GetSecretValue"], arns.secret],
    ]);
    this.role("task-role", "ecs-tasks.amazonaws.com", [[["lambda:InvokeFunction"], arns.alias]]);
    this.edit("task-role", { arn: arns.taskRole, name: "task" });
    this.edit("task-role-policy", { role: "task" });
    const logConfiguration = {
      logDriver: "awslogs",
      options: { "awslogs-group": "/ecs/media", "awslogs-stream-prefix": "media" },
    };
    this.add("aws:ecs/taskDefinition:TaskDefinition", "task", {
      arn: arn("ecs", "task-definition/media:1"),
      memory: "512",
      executionRoleArn: arns.executionRole,
      taskRoleArn: arns.taskRole,
      containerDefinitions: JSON.stringify([
        {
          name: "gateway",
          image: `${repository}@sha256:${"0".repeat(64)}`,
          essential: true,
          environment: [{ name: "AUTH_FUNCTION_ARN", value: arns.alias }],
          portMappings: [
            { containerPort: tcp, protocol: "tcp" },
            { containerPort: udp, protocol: "udp" },
            { containerPort: health, protocol: "tcp" },
          ],
          stopTimeout: 2,
          logConfiguration,
        },
        {
          name: "mediamtx",
          image: "bluenviron/mediamtx:1.20.1",
          essential: true,
          dependsOn: [{ containerName: "gateway", condition: "START" }],
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
          environment: [{ name: "MTX_API", value: "yes" }],
          secrets: [{ name: "MTX_PASSPHRASE", valueFrom: arns.secret }],
          stopTimeout: 2,
          logConfiguration,
        },
      ]),
    });
    this.add("aws:ecs/service:Service", "service", {
      id: arns.service,
      name: "media",
      cluster: arns.cluster,
      taskDefinition: arn("ecs", "task-definition/media:1"),
      desiredCount: 1,
      healthCheckGracePeriodSeconds: 120,
      networkConfiguration: {
        subnets: ["private-id"],
        securityGroups: ["task-group-id"],
        assignPublicIp: false,
      },
      loadBalancers: [
        { targetGroupArn: arns.tcpGroup, containerName: "gateway", containerPort: tcp },
        { targetGroupArn: arns.udpGroup, containerName: "gateway", containerPort: udp },
      ],
    });
  }

  private function(): void {
    this.add("aws:cloudwatch/logGroup:LogGroup", "function-log", { name: "/aws/lambda/auth" });
    this.role("function", "lambda.amazonaws.com", [
      [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        `${arn("logs", "log-group:/aws/lambda/auth")}:*`,
      ],
    ]);
    this.add("aws:lambda/function:Function", "handler", {
      name: "auth",
      arn: arns.function,
      version: "3",
      runtime: "nodejs24.x",
      handler: "index.handler",
      role: arns.functionRole,
      timeout: 9,
      memorySize: 256,
      codeSha256: "code-1",
      code: { path: "bundle" },
      environment: { variables: { CLOUDTAK_URL: "https://cloudtak.example" } },
    });
    this.add("aws:lambda/alias:Alias", "alias", {
      name: "live",
      arn: arns.alias,
      functionName: "auth",
      functionVersion: "3",
    });
  }

  private role(
    name: string,
    service: string,
    statements: [actions: string[], resource: string][],
  ): void {
    this.add("aws:iam/role:Role", name, {
      id: name,
      name,
      arn: `arn:aws:iam::${account}:role/${name}`,
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
      }),
    });
    this.add("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
      role: name,
      policy: policy(...statements),
    });
  }
}

const policy = (...statements: [actions: string[], resource: string][]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
  });

let made: { certificate: string; key: string } | undefined;

/** As the program's own certificate has them. */
const programUses = ["keyUsage=digitalSignature,keyEncipherment", "extendedKeyUsage=serverAuth"];

/** A certificate for localhost, the same for the whole run unless a new one is asked for. */
export function selfSigned(fresh = false): { certificate: string; key: string } {
  if (made && !fresh) return made;
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  execFileSync(
    "openssl",
    [
      ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split(" "),
      ...["subjectAltName=DNS:localhost,IP:127.0.0.1", ...programUses].flatMap((each) => [
        "-addext",
        each,
      ]),
      ...["-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  const pair = { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  rmSync(folder, { recursive: true });
  made ??= pair;
  return pair;
}
