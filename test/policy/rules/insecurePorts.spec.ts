import assert from "node:assert/strict";
import fc from "fast-check";
import { exposureTable } from "../../../policy/exposure";
import { analyze as ask, type Level, unknown } from "../analyzer";
import { opens, opensRange, rule } from "../exposure/examples";

const group = "aws:ec2/securityGroup:SecurityGroup";
const listener = "aws:lb/listener:Listener";
const mandatory = ["mandatory"];
const advisory = ["advisory"];
const analyze = (type: string, props: object, options = {}) =>
  ask("insecure-ports", type, props, options);
const levels = async (type: string, props: object): Promise<Level[]> =>
  (await analyze(type, props)).map(({ level }) => level);
const inline = (...ingress: unknown[]) => levels(group, { ingress });

describe("insecure-ports", () => {
  it("says what is open, where, why that is bad and what to do", async () => {
    assert.deepEqual(await analyze(group, { ingress: [rule(443), rule("8554")] }), [
      {
        rule: "insecure-ports",
        level: "mandatory",
        message:
          "Prohibits plaintext media: no AWS resource may open TCP ports 1935 (RTMP) and 8554 (RTSP).\n" +
          "ingress rule opens TCP port 8554 (RTSP) in plaintext, so that stream keys, passwords and video " +
          'can be read on the way (property "ingress[1]"). Run "pulumi config set enableInsecurePorts ' +
          'false", or take the port out of the resource; clients use RTMPS on port 1936 and RTSPS on ' +
          "port 8555.",
      },
    ]);
  });

  it("names the range and every forbidden port in it", async () => {
    const [found] = await analyze(group, {
      ingress: [{ fromPort: 1024, toPort: 9000, protocol: "tcp" }],
    });
    assert.match(
      found?.message ?? "",
      /opens TCP ports 1024-9000, among them 1935 \(RTMP\) and 8554 \(RTSP\), in plaintext/,
    );
  });

  it("sees through secrets, at each level", async () => {
    // As the engine sends what a program wraps in pulumi.secret().
    const secret = (value: unknown) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value,
    });
    const listening = { port: secret(1935), protocol: secret("TCP") };
    assert.deepEqual(await levels(listener, listening), mandatory);
    const hidden = secret([secret({ fromPort: secret(1), toPort: 9999, protocol: "tcp" })]);
    assert.deepEqual(await levels(group, { ingress: hidden }), mandatory);
  });

  it("reports each exposure of a resource by itself", async () => {
    assert.deepEqual(await inline(rule(1935), rule(443), rule(8554)), ["mandatory", "mandatory"]);
  });

  it("is advice in development", async () => {
    const found = await analyze(listener, { port: 1935 }, { environment: "development" });
    assert.deepEqual(
      found.map(({ level }) => level),
      advisory,
    );
  });

  it("has nothing to say about resources that open no port", async () => {
    assert.deepEqual(await levels("aws:ec2/instance:Instance", { port: 1935 }), []);
    assert.deepEqual(await levels("toString", { port: 1935 }), []);
  });
});

describe("insecure-ports, for every resource type that opens a port", () => {
  it("has an example of each", () => {
    const mediaLive = "aws:medialive/input:Input";
    assert.deepEqual([...Object.keys(opens), mediaLive].sort(), Object.keys(exposureTable).sort());
  });

  for (const [type, props] of Object.entries(opens)) {
    it(`finds 1935 and 8554, as number and as text, in ${type}`, async () => {
      for (const port of [1935, 8554, "1935", "8554"]) {
        assert.deepEqual(await levels(type, props(port)), mandatory, `port ${port}`);
      }
    });

    it(`allows the ports beside them in ${type}`, async () => {
      for (const port of [1934, 1936, 8553, 8555, "8555", 19350, 85540]) {
        assert.deepEqual(await levels(type, props(port)), [], `port ${port}`);
      }
    });

    it(`notes a port that is not known yet in ${type}`, async () => {
      const [found, ...rest] = await analyze(type, props(unknown.number));
      assert.deepEqual(rest, []);
      assert.equal(found?.level, "advisory");
      assert.match(
        found.message,
        /insecure-ports.* not evaluated in this preview, not known yet: "[^;]*"; "pulumi up"/,
      );
    });
  }

  it("finds the port where its name is a key or part of a name", async () => {
    const container =
      "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion";
    const beanstalk = "aws:elasticbeanstalk/environment:Environment";
    const setting = (namespace: string, name = "Protocol", value = "TCP") => ({
      settings: [{ namespace, name, value }],
    });
    const ports = (ports: unknown) => ({ containers: [{ containerName: "a", ports }] });
    assert.deepEqual(await levels(container, ports({ 443: "HTTPS", 8554: "TCP" })), mandatory);
    assert.deepEqual(await levels(container, ports({ 8554: "UDP" })), []);
    assert.deepEqual(await levels(container, ports({ 8554: unknown.string })), advisory);
    assert.deepEqual(await levels(container, ports(unknown.array)), advisory);
    assert.deepEqual(await levels(beanstalk, setting("aws:elbv2:listener:1935")), mandatory);
    assert.deepEqual(await levels(beanstalk, setting("aws:elb:listener:8554")), mandatory);
    assert.deepEqual(await levels(beanstalk, setting("aws:elbv2:listener:443")), []);
    assert.deepEqual(
      await levels(beanstalk, setting("aws:elb:listener:443", "InstancePort", "1935")),
      mandatory,
    );
    assert.deepEqual(
      await levels(
        beanstalk,
        setting("aws:elasticbeanstalk:application:environment", "Port", "1935"),
      ),
      [],
    );
  });

  it("finds the second port of those that have two", async () => {
    assert.deepEqual(
      await levels("aws:elb/loadBalancer:LoadBalancer", {
        listeners: [{ lbPort: 443, lbProtocol: "ssl", instancePort: 1935 }],
      }),
      mandatory,
    );
    assert.deepEqual(
      await levels("aws:globalaccelerator/endpointGroup:EndpointGroup", {
        portOverrides: [{ listenerPort: 8554, endpointPort: 443 }],
      }),
      mandatory,
    );
    const services = [{ ingressPortOverride: 1935, clientAlias: [{ port: 443 }, { port: 8554 }] }];
    assert.deepEqual(
      await levels("aws:ecs/service:Service", { serviceConnectConfiguration: { services } }),
      ["mandatory", "mandatory"],
    );
  });

  it("knows that a MediaLive RTMP push input listens on 1935", async () => {
    const type = "aws:medialive/input:Input";
    assert.deepEqual(await levels(type, { type: "RTMP_PUSH" }), mandatory);
    assert.deepEqual(await levels(type, { type: "RTMP_PULL" }), []);
    assert.deepEqual(await levels(type, { type: unknown.string }), advisory);
  });
});

describe("insecure-ports, ranges", () => {
  const nearPort = fc.oneof(
    fc.integer({ min: 0, max: 65535 }),
    fc.integer({ min: 1933, max: 1937 }),
    fc.integer({ min: 8552, max: 8556 }),
  );
  const sorted = fc
    .tuple(nearPort, nearPort)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  for (const [type, props] of Object.entries(opensRange)) {
    it(`reports exactly the ranges that contain 1935 or 8554 in ${type}`, () =>
      fc.assert(
        fc.asyncProperty(sorted, fc.boolean(), fc.boolean(), async ([from, to], text1, text2) => {
          const bad = [1935, 8554].some((port) => from <= port && port <= to);
          const found = await levels(type, props(text1 ? `${from}` : from, text2 ? `${to}` : to));
          assert.deepEqual(found, bad ? mandatory : []);
        }),
      ));
  }

  it("takes a missing, unlimited or unreadable end for the widest one", async () => {
    for (const open of [undefined, null, -1, "-1", "", "any"]) {
      assert.deepEqual(await inline({ fromPort: 1000, toPort: open, protocol: "tcp" }), mandatory);
      assert.deepEqual(await inline({ fromPort: open, toPort: 2000, protocol: "tcp" }), mandatory);
      assert.deepEqual(await inline({ fromPort: open, toPort: open, protocol: "tcp" }), mandatory);
      assert.deepEqual(await inline({ fromPort: 9000, toPort: open, protocol: "tcp" }), []);
      assert.deepEqual(await inline({ fromPort: open, toPort: 1000, protocol: "tcp" }), []);
    }
  });
});

describe("insecure-ports, protocols", () => {
  it("takes TCP in every spelling", async () => {
    for (const protocol of [
      "tcp",
      "TCP",
      " Tcp ",
      6,
      "6",
      "06",
      "+6",
      "",
      undefined,
      "no-such-protocol",
    ]) {
      assert.deepEqual(await inline(rule(1935, protocol)), mandatory, `protocol ${protocol}`);
    }
  });

  it("takes all protocols for all ports", async () => {
    for (const protocol of [-1, "-1", "-01", "all", "ALL"]) {
      assert.deepEqual(await inline(rule(0, protocol)), mandatory, `protocol ${protocol}`);
      assert.deepEqual(await inline({ protocol }), mandatory, `protocol ${protocol}`);
    }
  });

  it("allows protocols that carry no RTMP and no RTSP", async () => {
    for (const protocol of ["udp", "UDP", 17, "17", "icmp", 1, "icmpv6", 58, "ipv6-icmp", 50]) {
      assert.deepEqual(await inline({ fromPort: 0, toPort: 65535, protocol }), [], `${protocol}`);
    }
    assert.deepEqual(await levels(listener, { port: 8554, protocol: "UDP" }), []);
    assert.deepEqual(await levels(listener, { port: 8554, protocol: "QUIC" }), []);
  });

  it("allows no listener protocol that includes TCP", async () => {
    for (const protocol of ["TCP", "TLS", "TCP_UDP", "TCP_QUIC", "HTTP", "HTTPS", undefined]) {
      assert.deepEqual(await levels(listener, { port: 1935, protocol }), mandatory, `${protocol}`);
    }
  });

  it("allows a listener without a port, as Gateway Load Balancers have", async () => {
    assert.deepEqual(await levels(listener, { loadBalancerArn: "arn" }), []);
  });

  it("allows what goes out", async () => {
    assert.deepEqual(await levels(group, { egress: [rule(1935)] }), []);
    const type = "aws:ec2/securityGroupRule:SecurityGroupRule";
    assert.deepEqual(await levels(type, { type: "egress", ...rule(1935) }), []);
    assert.deepEqual(
      await levels("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", {
        fromPort: 1935,
        toPort: 1935,
        ipProtocol: "tcp",
      }),
      [],
    );
  });
});

describe("insecure-ports, sources", () => {
  it("does not ask who may come", async () => {
    const sources = [
      { cidrBlocks: ["0.0.0.0/0"] },
      { cidrBlocks: ["10.0.0.0/8"] },
      { ipv6CidrBlocks: ["::/0"] },
      { prefixListIds: ["pl-1"] },
      { securityGroups: ["sg-1"] },
      { self: true },
      {},
    ];
    for (const source of sources) {
      const ports = { fromPort: 1935, toPort: 1935, protocol: "tcp" };
      assert.deepEqual(await inline({ ...ports, ...source }), mandatory, JSON.stringify(source));
    }
    for (const source of ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"]) {
      const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
      const ports = { fromPort: 8554, toPort: 8554, ipProtocol: "tcp" };
      assert.deepEqual(await levels(type, { ...ports, [source]: "x" }), mandatory, source);
    }
  });
});

describe("insecure-ports, values that are not known in a preview", () => {
  it("reports a known violation beside an unknown value, and notes that one", async () => {
    const found = await inline(rule(unknown.number), rule(1935), unknown.string);
    assert.deepEqual(found, ["mandatory", "advisory"]);
  });

  it("lists every value that it could not look at once", async () => {
    const ingress = [rule(unknown.number), { fromPort: 1, toPort: 9999, protocol: unknown.string }];
    const found = await analyze(group, { ingress });
    assert.equal(found.length, 1);
    assert.match(
      found[0]?.message ?? "",
      /not evaluated in this preview, not known yet: "ingress\[0\].fromPort", "ingress\[0\].toPort", "ingress\[1\].protocol";/,
    );
  });

  it("decides as soon as the known values suffice", async () => {
    const tcp = { protocol: "tcp" };
    assert.deepEqual(await inline({ ...tcp, fromPort: 1935, toPort: unknown.number }), mandatory);
    assert.deepEqual(await inline({ ...tcp, fromPort: unknown.number, toPort: 8554 }), mandatory);
    assert.deepEqual(await inline({ ...tcp, fromPort: 9000, toPort: unknown.number }), []);
    assert.deepEqual(await inline({ ...tcp, fromPort: unknown.number, toPort: 1934 }), []);
    assert.deepEqual(await inline({ ...tcp, fromPort: 1000, toPort: unknown.number }), advisory);
    assert.deepEqual(await inline(rule(unknown.number, "udp")), []);
    assert.deepEqual(await inline(rule(unknown.number, "all")), mandatory);
    assert.deepEqual(await inline({ ...rule(1935), cidrBlocks: unknown.array }), mandatory);
  });

  it("notes a protocol that may turn out to be TCP or all", async () => {
    assert.deepEqual(await inline(rule(1935, unknown.string)), advisory);
    assert.deepEqual(await inline(rule(443, unknown.string)), []);
    assert.deepEqual(await inline(rule(0, unknown.string)), advisory);
    assert.deepEqual(await inline({ fromPort: 0, toPort: 9, protocol: unknown.string }), []);
    assert.deepEqual(await levels(listener, { port: 1935, protocol: unknown.string }), advisory);
  });

  it("notes a rule whose direction, a list whose elements and a group whose rules are unknown", async () => {
    const type = "aws:ec2/securityGroupRule:SecurityGroupRule";
    assert.deepEqual(await levels(type, { ...rule(1935), type: unknown.string }), advisory);
    assert.deepEqual(await levels(type, { ...rule(443), type: unknown.string }), []);
    assert.deepEqual(await levels(group, { ingress: unknown.array }), advisory);
    assert.deepEqual(await inline(unknown.string), advisory);
  });
});
