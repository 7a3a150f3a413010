import assert from "node:assert/strict";
import { portProperties } from "./portProperties";

/** What becomes of each port property of the provider; the first matching pattern decides. */
const decisions: [decision: string, pattern: RegExp][] = [
  ["looked at", /^(alb|lb)\.(Listener|TargetGroup|TargetGroupAttachment)Args\.port$/],
  ["looked at", /^elb\.LoadBalancerListener\./],
  ["looked at", /^ec2\.((Default)?SecurityGroupIngress|SecurityGroupRuleArgs)\./],
  ["looked at", /^vpc\.SecurityGroupIngressRuleArgs\./],
  ["looked at", /^globalaccelerator\.(?!.*\.healthCheckPort$)/],
  ["looked at", /^vpclattice\.(Listener|ResourceConfiguration)Args\./],
  ["looked at", /^vpclattice\.TargetGroup(AttachmentTarget|Config)\.port$/],
  ["looked at", /^verifiedaccess\.Endpoint(Cidr|LoadBalancer|NetworkInterface)Options/],
  ["looked at", /^appmesh\.Virtual\w+SpecListenerPortMapping\./],
  ["looked at", /^ecs\.(Service|TaskSet)LoadBalancer\.|^ecs\.ServiceServiceConnect|^ecs\.Express/],
  ["looked at", /^lightsail\.|^gamelift\./],

  [
    "goes out",
    /Egress|\w*[hH]ealthCheck\w*(Args)?\.|\.healthCheckPort$|^cloudfront\.|^dms\.|^datasync\./,
  ],
  ["goes out", /^(appflow|chime|directoryservice|kendra|mailmanager|networkmonitor|quicksight)\./],
  ["goes out", /^route53\.ResolverRule|^ecs\.TaskDefinitionVolume/],
  ["filter that opens nothing", /^ec2\.(Default)?NetworkAcl|^(finspace|fms|networkfirewall)\./],
  ["filter that opens nothing", /^ec2transitgateway\./],
  [
    "names a listener that counts",
    /Redirect\.port$|^appmesh\.\w*Route|^appmesh\..*ClientPolicyTls\./,
  ],
  [
    "names a listener that counts",
    /^elb\.\w+Args\.|^ec2\.ProxyProtocolPolicy|\.targetControlPort$/,
  ],
  ["declares, admits nothing", /^ecs\.\w+ServiceRegistries\.|^eks\./],
  ["AWS fixes the public port", /^(apprunner|ec2clientvpn)\./],
  [
    "database of its own protocol",
    /^(dax|docdb|elasticache|memorydb|neptune|odb|rds|redshift\w*)\./,
  ],
  ["database of its own protocol", /^timestreaminfluxdb\.|^verifiedaccess\.EndpointRdsOptions/],
  ["looks at traffic only", /^ec2\.(NetworkInsights|TrafficMirror)|^(inspector2|securityhub)\./],
];

describe("the ports of the AWS provider", () => {
  const properties = portProperties();

  it("are all found", () => {
    assert(properties.length > 200, `${properties.length} properties`);
    assert(properties.includes("lb.ListenerArgs.port"));
    assert(properties.includes("ec2.SecurityGroupIngress.fromPort"));
  });

  it("are each looked at by insecure-ports or left out for a reason", () => {
    const undecided = properties.filter(
      (property) => !decisions.some(([, pattern]) => pattern.test(property)),
    );
    assert.deepEqual(undecided, []);
  });

  it("leave no decision without a property", () => {
    const idle = decisions.filter(([, pattern]) => !properties.some((name) => pattern.test(name)));
    assert.deepEqual(idle, []);
  });
});
