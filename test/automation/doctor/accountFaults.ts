import * as samples from "../../config/samples";
import { type Row, region } from "./fixtures";

const zone = (name: string, id: string, optInStatus = "opt-in-not-required") => {
  const type = optInStatus === "opt-in-not-required" ? "availability-zone" : "local-zone";
  return { name, id, type, state: "available", optInStatus };
};
const subnetIds = ["0", "1", "2"].map((end) => `subnet-0123456789abcdef${end}`);
const secondPublic = "subnet-0123456789abcdef3";
const outpostArn = "arn:aws:outposts:ap-southeast-2:123456789012:outpost/op-1";
const localZone = zone("ap-southeast-2-akl-1a", "apse2-akl1-az1", "opted-in");

/** What the account itself lacks: zones, quotas, roles. */
export const accountFaults: readonly Row[] = [
  {
    fault: "a Local Zone that was opted in",
    facts: {
      zones: [localZone, zone(`${region}a`, "apse2-az1"), zone(`${region}b`, "apse2-az3")],
    },
    finds: ["ok", "zones", /^ap-southeast-2a, ap-southeast-2b; .*left out: ap-southeast-2-akl-1a$/],
  },
  {
    fault: "too few zones without opt-in",
    facts: { zones: [localZone, zone(`${region}a`, "apse2-az1")] },
    finds: ["fault", "zones", /has 1 zones .* wants 2/, /pulumi config set zones 1/],
  },
  {
    fault: "a zone without ARM tasks",
    facts: { zones: [zone("us-east-1a", "use1-az3"), zone("us-east-1b", "use1-az1")] },
    finds: ["warning", "zones", /no ARM tasks in us-east-1a \(use1-az3\); .* other zones/, /vpcId/],
  },
  {
    fault: "no zone with ARM tasks",
    facts: { zones: [zone("us-east-1a", "use1-az3")] },
    config: { zones: "1" },
    finds: ["fault", "zones", /no ARM tasks in us-east-1a \(use1-az3\), and the task has no other/],
  },
  {
    fault: "existing subnets of the task in a zone without ARM tasks",
    facts: {
      zones: [zone("us-east-1a", "use1-az3")],
      subnets: Object.fromEntries(subnetIds.map((id) => [id, { zone: "us-east-1a" }])),
    },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /no ARM tasks in us-east-1a \(use1-az3\), and the task has no other/],
  },
  {
    fault: "existing subnets that all lie in a Local Zone",
    facts: {
      zones: [localZone],
      subnets: Object.fromEntries(subnetIds.map((id) => [id, { zone: localZone.name }])),
    },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /privateSubnetIds has \S+ in ap-southeast-2-akl-1a, a local-zone; /],
  },
  {
    fault: "existing subnets on an Outpost",
    facts: {
      subnets: Object.fromEntries(subnetIds.map((id) => [id, { zone: `${region}a`, outpostArn }])),
    },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /publicSubnetIds has \S+ in op-1, an outpost; /, /describe-subnets/],
  },
  {
    fault: "subnets in a zone that EC2 does not describe",
    facts: { subnets: { [subnetIds[0] ?? ""]: { zone: "nowhere" } } },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /in nowhere, a zone that EC2 does not describe; /],
  },
  {
    fault: "subnets of another VPC",
    facts: { subnets: { [subnetIds[0] ?? ""]: { vpcId: "vpc-1" } } },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /publicSubnetIds has \S+ of vpc-1; /],
  },
  {
    fault: "two subnets of the load balancer in one zone",
    facts: {
      subnets: Object.fromEntries(
        [...subnetIds, secondPublic].map((id) => [id, { zone: `${region}a` }]),
      ),
    },
    config: {
      ...samples.existingVpc,
      publicSubnetIds: JSON.stringify([subnetIds[0], secondPublic]),
    },
    finds: ["fault", "zones", /publicSubnetIds has several subnets in ap-southeast-2a; /],
  },
  {
    fault: "a zone that is impaired",
    facts: {
      zones: [{ ...zone(`${region}a`, "apse2-az1"), state: "impaired" }],
      subnets: Object.fromEntries(subnetIds.map((id) => [id, { zone: `${region}a` }])),
    },
    config: { ...samples.existingVpc },
    finds: ["warning", "zones", /ap-southeast-2a is impaired/],
  },
  {
    fault: "subnets of the task in a zone of no load balancer subnet",
    config: { ...samples.existingVpc },
    finds: [
      "fault",
      "zones",
      /privateSubnetIds has subnet-\w+ in ap-southeast-2[abc], where the load balancer has no/,
    ],
  },
  {
    fault: "a subnet with IPv6 addresses only",
    facts: { subnets: { [subnetIds[1] ?? ""]: { cidrBlock: "" } } },
    config: { ...samples.existingVpc },
    finds: ["fault", "zones", /privateSubnetIds has \S+1, which has IPv6 addresses only/],
  },
  {
    fault: "a subnet of the load balancer with too few addresses",
    facts: { subnets: { [subnetIds[0] ?? ""]: { availableIpAddressCount: 7 } } },
    config: { ...samples.existingVpc },
    finds: ["fault", "subnets", /has \S+0 with 7 free addresses; a load balancer needs 8$/],
  },
  {
    fault: "a subnet of the load balancer without an internet gateway",
    facts: { subnets: { [subnetIds[0] ?? ""]: { internetGateway: false } } },
    config: { ...samples.existingVpc },
    finds: ["fault", "subnets", /route table rtb-inner leads to no internet/, /create-route/],
  },
  {
    fault: "subnets of the load balancer as they should be",
    config: { ...samples.existingVpc },
    finds: ["ok", "subnets", /subnet-\w+0, which lead to an internet gateway$/],
  },
  {
    fault: "a subnet that does not exist",
    config: { ...samples.existingVpc },
    facts: { missing: ["subnet-0123456789abcdef1"] },
    finds: ["fault", "zones", /'subnet-0123456789abcdef1' does not exist/, /describe-subnets/],
  },
  {
    fault: "a Fargate quota below the task",
    facts: { quotas: { "fargate/L-3032A538": 2 } },
    config: { mediamtxCpu: "4096", mediamtxMemory: "8192" },
    finds: [
      "fault",
      "quota Fargate",
      /^2 vCPUs .* needs 4$/,
      /--quota-code L-3032A538 --desired-value 4/,
    ],
  },
  {
    fault: "a Fargate quota that other tasks use up",
    facts: {
      tasks: [
        { group: "service:other", cpu: 4096 },
        { group: "family:batch", cpu: 1536 },
      ],
    },
    finds: [
      "fault",
      "quota Fargate",
      /^6 vCPUs of Fargate tasks, 5\.5 in use by others; the stack needs 1$/,
      /--desired-value 7/,
    ],
  },
  {
    fault: "tasks that do not count as Fargate's own",
    facts: {
      tasks: [
        { group: "service:spot", cpu: 8192, capacityProvider: "FARGATE_SPOT" },
        { group: "service:instances", cpu: 8192, launchType: "EC2" },
      ],
    },
    finds: ["ok", "quota Fargate", /^6 vCPUs of Fargate tasks; the stack needs 1$/],
  },
  {
    fault: "too few Elastic IP addresses",
    facts: { quotas: { "ec2/L-0263D0A3": 1 } },
    config: { natGateways: "OnePerAz" },
    finds: [
      "fault",
      "quota Elastic IPs",
      /^1 Elastic IP addresses; the stack needs 2$/,
      /L-0263D0A3/,
    ],
  },
  {
    fault: "no room for another VPC",
    facts: { quotas: { "vpc/L-F678F1CE": 1 } },
    finds: [
      "fault",
      "quota VPCs",
      /^1 VPCs in the region, 1 in use by others; the stack needs 1$/,
      /value 2/,
    ],
  },
  {
    fault: "too few rules per security group",
    facts: { quotas: { "vpc/L-0EA8095F": 30 } },
    finds: ["fault", "quota security groups", /^30 rules .* needs 39$/, /L-0EA8095F/],
  },
  {
    fault: "no room for another load balancer",
    facts: { quotas: { "elasticloadbalancing/network-load-balancers": 0 } },
    finds: ["fault", "quota load balancers", /^0 Network Load Balancers; the stack needs 1$/],
  },
  {
    fault: "no room for the target groups",
    facts: { quotas: { "elasticloadbalancing/target-groups": 4 } },
    finds: ["fault", "quota target groups", /^4 target groups; the stack needs 5$/],
  },
  {
    fault: "reserved concurrency that the account does not allow",
    facts: { lambdaConcurrentExecutions: 110 },
    config: { authReservedConcurrency: "50" },
    finds: [
      "fault",
      "quota Lambda",
      /would leave 60, AWS keeps 100/,
      /authReservedConcurrency 10$/,
    ],
  },
  {
    fault: "the concurrency of a new account",
    facts: { lambdaConcurrentExecutions: 10 },
    finds: ["warning", "quota Lambda", /^10 concurrent executions/, /L-B99A9384/],
  },
  {
    fault: "an account in which no function can run",
    facts: { lambdaConcurrentExecutions: 0 },
    finds: [
      "fault",
      "quota Lambda",
      /^0 concurrent .* the auth function never runs$/,
      /L-B99A9384/,
    ],
  },
  {
    fault: "no service-linked role of ECS",
    facts: { serviceLinkedRoles: [] },
    finds: [
      "warning",
      "role ecs",
      /no AWSServiceRoleForECS/,
      /create-service-linked-role .*ecs\.amazonaws/,
    ],
  },
];
