import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent, "" for the stack itself. */
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
  /** URNs that it waits for, explicit and implied by inputs. */
  readonly dependencies: readonly string[];
  readonly custom: boolean;
  readonly protect: boolean;
  /** What a component registered as its outputs. */
  outputs?: Record<string, unknown>;
}

/** The parts of gRPC messages that are read here; the SDK does not publish their types. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> };
}
type Callback = (error: unknown, response: { getUrn(): string }) => void;
interface Monitor {
  /** What the program may refer to, by URN. */
  readonly resources: Map<string, object>;
  registerResource(request: RegisterRequest, callback: Callback): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): unknown;
}

const region = "ap-southeast-2";
const account = "123456789012";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** Children of remote components that the program refers to, by type and end of their name. */
const remoteChildren = [
  ["aws:ec2/natGateway:NatGateway", "1"],
  ["aws:ec2/route:Route", "private-1"],
  ["aws:ec2/route:Route", "private-2"],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", "private-1"],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", "private-2"],
] as const;

const childUrn = (type: string, name: string) =>
  `urn:pulumi:dev::tak-media-infra::awsx:ec2:Vpc$${type}::${name}`;

/** Those of a type, as the engine passes them to the program. */
const references = (type: string) =>
  remoteChildren
    .filter(([child]) => child === type)
    .map(([child, name]) => ({
      "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e",
      urn: childUrn(child, name),
      id: `${name}-id`,
    }));

type Outputs = (name: string, inputs: Record<string, unknown>) => Record<string, unknown>;

/** What each type adds to its inputs. A type that is not here is one that the program must not use. */
const computedOutputs: Readonly<Record<string, Outputs>> = {
  "awsx:ec2:Vpc": (name, { subnetSpecs }) => ({
    vpcId: `${name}-id`,
    publicSubnetIds: ["subnet-public-1", "subnet-public-2"],
    privateSubnetIds:
      (subnetSpecs as unknown[]).length > 1 ? ["subnet-private-1", "subnet-private-2"] : [],
    natGateways: references("aws:ec2/natGateway:NatGateway"),
    routes: references("aws:ec2/route:Route"),
    routeTableAssociations: references("aws:ec2/routeTableAssociation:RouteTableAssociation"),
  }),
  "aws:acm/certificate:Certificate": (name) => ({
    arn: arn("acm", `certificate/${name}`),
    domainValidationOptions: [
      {
        domainName: "media.example.org",
        resourceRecordName: "_proof.media.example.org",
        resourceRecordType: "CNAME",
        resourceRecordValue: "_value.acm-validations.aws",
      },
    ],
  }),
  "aws:acm/certificateValidation:CertificateValidation": () => ({}),
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs) => {
    const physical = inputs.name ?? `${name}-1a2b3c4`;
    return { name: physical, arn: arn("logs", `log-group:${physical}`) };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": () => ({}),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": () => ({}),
  "aws:ec2/flowLog:FlowLog": () => ({}),
  "aws:ec2/managedPrefixList:ManagedPrefixList": () => ({}),
  "aws:ec2/securityGroup:SecurityGroup": () => ({}),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": () => ({}),
  "aws:ecr/repository:Repository": (name) => ({
    name,
    arn: arn("ecr", `repository/${name}`),
    registryId: account,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
  }),
  "aws:ecs/cluster:Cluster": (_, inputs) => ({ arn: arn("ecs", `cluster/${inputs.name}`) }),
  "aws:ecs/service:Service": () => ({}),
  "aws:ecs/taskDefinition:TaskDefinition": (_, inputs) => ({
    arn: arn("ecs", `task-definition/${inputs.family}:1`),
  }),
  "aws:iam/role:Role": (name) => ({ name, arn: `arn:aws:iam::${account}:role/${name}` }),
  "aws:iam/rolePolicy:RolePolicy": () => ({}),
  "aws:kms/key:Key": (name) => ({ arn: arn("kms", `key/${name}`) }),
  "aws:lambda/alias:Alias": (_, inputs) => ({
    arn: arn("lambda", `function:${inputs.functionName}:${inputs.name}`),
  }),
  "aws:lambda/function:Function": () => ({ version: "1" }),
  "aws:lb/listener:Listener": () => ({}),
  "aws:lb/loadBalancer:LoadBalancer": (name) => ({
    arn: arn("elasticloadbalancing", `loadbalancer/net/${name}/1`),
    arnSuffix: `net/${name}/1`,
    dnsName: `${name}.elb.${region}.amazonaws.com`,
    zoneId: "Z0LOADBALANCER",
  }),
  "aws:lb/targetGroup:TargetGroup": (name) => ({
    arn: arn("elasticloadbalancing", `targetgroup/${name}/1`),
    arnSuffix: `targetgroup/${name}/1`,
  }),
  "aws:route53/record:Record": (_, inputs) => ({ fqdn: inputs.name }),
  "aws:s3/bucket:Bucket": (name) => ({ bucket: name, arn: `arn:aws:s3:::${name}` }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": () => ({}),
  "aws:s3/bucketPolicy:BucketPolicy": () => ({}),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": () => ({}),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    () => ({}),
  "aws:secretsmanager/secret:Secret": (_, inputs) => ({
    arn: arn("secretsmanager", `secret:${inputs.namePrefix}1-AbCdEf`),
  }),
  "aws:secretsmanager/secretVersion:SecretVersion": () => ({}),
  "aws:sns/topic:Topic": (name) => ({ arn: arn("sns", name) }),
  "aws:sns/topicSubscription:TopicSubscription": () => ({}),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": () => ({}),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () => ({}),
  "docker-build:index:Image": () => ({ digest: `sha256:${"0".repeat(64)}` }),
  "tls:index/privateKey:PrivateKey": () => ({ privateKeyPem: pulumi.secret("the private key") }),
  "tls:index/selfSignedCert:SelfSignedCert": () => ({ certPem: "the certificate" }),
};

/** The stack and the program's own components, which have no outputs but those that they register. */
const ownType = /^(pulumi:pulumi:Stack|tak-media-infra:index:\w+)$/;

const cloudtakExports: Readonly<Record<string, string>> = {
  "TAK-Dev-CloudTAK-ServiceURL": "https://cloudtak.exported.example",
  "TAK-Dev-CloudTAK-SigningSecret": arn("secretsmanager", "secret:exported-AbCdEf"),
};

/** An account that has opted into the Local Zone of Auckland, which comes first by name. */
function zonesFor({ state, filters = [] }: Record<string, unknown>): string[] {
  const own = ["a", "b", "c"].map((zone) => region + zone);
  const asked = JSON.stringify([state, filters]);
  const isOwn = ['"opt-in-not-required"', '"availability-zone"'].every((text) =>
    asked.includes(text),
  );
  return isOwn ? own : [`${region}-akl-1a`, ...own];
}

/** Secrets are encrypted with a customer managed key, but for those of this name. */
const kmsKeyIdOf = (secretArn: string): string => {
  if (/secret:plain-/.test(secretArn)) return "";
  return /secret:by-id-/.test(secretArn) ? "customer-key" : customerKeyArn;
};

export const customerKeyArn = arn("kms", "key/customer-key");

const calls: Readonly<Record<string, Record<string, unknown>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getRegion:getRegion": { region },
  "aws:secretsmanager/getRandomPassword:getRandomPassword": { randomPassword: "random" },
  "aws:route53/getZone:getZone": { zoneId: "Z0ZONE" },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": {
    proxyEndpoint: `https://${account}.dkr.ecr.${region}.amazonaws.com`,
    userName: "AWS",
    password: "the registry password",
  },
};

/** What AWS answers to a function of its data sources. */
function answer(
  token: string,
  inputs: Record<string, unknown>,
  refuse: (message: string) => never,
): Record<string, unknown> {
  switch (token) {
    case "aws:cloudformation/getExport:getExport":
      return {
        value: cloudtakExports[String(inputs.name)] ?? refuse(`unknown export ${inputs.name}`),
      };
    case "aws:secretsmanager/getSecret:getSecret":
      return { arn: inputs.arn, kmsKeyId: kmsKeyIdOf(String(inputs.arn)) };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { names: zonesFor(inputs) };
    case "aws:index/getAvailabilityZone:getAvailabilityZone":
      return { zoneType: "availability-zone" };
    case "aws:ec2/getSubnet:getSubnet":
      return {
        vpcId: "vpc-0123456789abcdef0",
        availabilityZone: `${region}a`,
        outpostArn: "",
        cidrBlock: "172.31.0.0/20",
      };
    case "aws:kms/getKey:getKey":
      return { arn: arn("kms", `key/${inputs.keyId}`) };
    default:
      return calls[token] ?? refuse(`unknown function ${token}`);
  }
}

/**
 * Runs `program` as stack `stack` against a mock engine and answers everything that it registered. Rejects when it
 * uses a resource type or function that is not known here, or registers two resources with one URN: the engine
 * would, the SDK's own mock does not.
 */
export async function runProgram(
  program: () => Promise<unknown>,
  stack: string,
  config: Readonly<Record<string, string>> = {},
  secretKeys: string[] = [],
): Promise<Registered[]> {
  const registered: Registered[] = [];
  const faults: Error[] = [];
  const refuse = (message: string): never => {
    faults.push(new Error(message));
    throw new Error(message);
  };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (ownType.test(type)) return { id: "", state: {} };
        const outputs = computedOutputs[type] ?? refuse(`unknown resource type ${type} (${name})`);
        return { id: `${name}-id`, state: { ...inputs, ...outputs(name, inputs) } };
      },
      call: ({ token, inputs }) => answer(token, inputs, refuse),
    },
    "tak-media-infra",
    stack,
  );
  pulumi.runtime.setAllConfig({ ...config }, secretKeys);
  record(registered, refuse);

  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  if (faults[0]) throw faults[0];
  return registered;
}

/** The error of a program that fails, and the types of the resources that it had registered by then. */
export async function registeredBefore(
  program: () => Promise<unknown>,
  stack: string,
  config: Readonly<Record<string, string>> = {},
): Promise<{ readonly error: unknown; readonly custom: readonly string[] }> {
  const custom: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, inputs, name }) => {
        if (!ownType.test(type)) custom.push(type);
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ token, inputs }) =>
        answer(token, inputs, (message) => {
          throw new Error(message);
        }),
    },
    "tak-media-infra",
    stack,
  );
  pulumi.runtime.setAllConfig({ ...config }, []);
  // The engine's run of a program ends with its first rejection that nobody handles.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  const failed = new Promise<unknown>((resolve) => process.on("unhandledRejection", resolve));
  const run = async (): Promise<unknown> => {
    try {
      await pulumi.runtime.runInPulumiStack(program);
      return await pulumi.runtime.disconnect();
    } catch (error) {
      return error;
    }
  };
  const error = await Promise.race([failed, run()]);
  await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners("unhandledRejection");
  for (const listener of others) process.on("unhandledRejection", listener);
  return { error, custom };
}

/** Listens in on the mock engine: its own hooks leave out parents, dependencies and options. */
function record(registered: Registered[], refuse: (message: string) => never): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  for (const [type, name] of remoteChildren) {
    const urn = childUrn(type, name);
    monitor.resources.set(urn, { urn, id: `${name}-id`, state: {} });
  }
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (error) return callback(error, response);
      const urn = response.getUrn();
      if (registered.some((known) => known.urn === urn)) {
        return callback(faultOf(refuse, `two resources have the URN ${urn}`), response);
      }
      registered.push({
        urn,
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        inputs: request.getObject().toJavaScript(),
        dependencies: request.getDependenciesList(),
        custom: request.getCustom(),
        protect: request.getProtect(),
      });
      return callback(error, response);
    });
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const owner = registered.find(({ urn }) => urn === request.getUrn());
    if (owner) owner.outputs = request.getOutputs().toJavaScript();
    return registerOutputs(request, callback);
  };
}

function faultOf(refuse: (message: string) => never, message: string): unknown {
  try {
    return refuse(message);
  } catch (error) {
    return error;
  }
}
