import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../../../local/providers/engine/wire";
import type { Deployed } from "../../client";
import { emptyAccount } from "../../emptyAccount";
import { good, listenerOn, permissions, trustPolicy } from "../../fixtures";

describe("what the account refuses of a load balancer", () => {
  const { provider, deploy, roleOf } = emptyAccount();

  describe("a listener", () => {
    let balancer: Deployed;
    let group: Deployed;
    beforeEach(async () => {
      balancer = await deploy("loadBalancer", good.loadBalancer, "lb");
      group = await deploy("targetGroup", good.targetGroup, "tcp");
    });
    const listen = (change: Properties = {}) =>
      deploy("listener", listenerOn(balancer, group, change));

    it("on a port that has one, also over UDP: DuplicateListener", async () => {
      const first = await listen();
      await assert.rejects(listen(), /DuplicateListener: .* port 8888/);
      await provider().update(first, listenerOn(balancer, group, { tags: { A: "1" } }));
      group = await deploy("targetGroup", good.udpGroup, "udp");
      await assert.rejects(listen({ protocol: "UDP" }), /DuplicateListener/);
    });

    it("of a load balancer or group that does not exist", async () => {
      await assert.rejects(listen({ loadBalancerArn: "arn:none" }), /LoadBalancerNotFound/);
      const defaultActions = [{ type: "forward", targetGroupArn: "arn:none" }];
      await assert.rejects(listen({ defaultActions }), /TargetGroupNotFound/);
    });

    it("of a protocol that the kind of load balancer has not", async () => {
      await assert.rejects(
        listen({ protocol: "HTTP" }),
        /ValidationError: Listener protocol 'HTTP'/,
      );
    });

    const matrix: Record<string, string[]> = {
      TCP: ["TCP", "TCP_UDP"],
      TLS: ["TCP", "TLS"],
      UDP: ["UDP", "TCP_UDP"],
      TCP_UDP: ["TCP_UDP"],
    };
    for (const [protocol, allowed] of Object.entries(matrix)) {
      it(`with ${protocol} forwards to ${allowed.join(" and ")} only`, async () => {
        const tls = {
          certificateArn: "arn:cert",
          sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        };
        const taken: string[] = [];
        for (const [index, target] of ["TCP", "TLS", "UDP", "TCP_UDP"].entries()) {
          group = await deploy("targetGroup", { ...good.udpGroup, protocol: target }, `g${index}`);
          const change = { port: index + 1, protocol, ...(protocol === "TLS" ? tls : {}) };
          await listen(change).then(
            () => taken.push(target),
            (error: Error) => assert.match(error.message, /^IncompatibleProtocols/),
          );
        }
        assert.deepEqual(taken, allowed);
      });
    }

    it("that shares its group with another load balancer: TargetGroupAssociationLimit", async () => {
      await listen();
      balancer = await deploy("loadBalancer", good.loadBalancer, "lb2");
      await assert.rejects(listen(), /TargetGroupAssociationLimit/);
    });

    it("with a certificate that is not validated: UnsupportedCertificate", async () => {
      const certificate = await deploy("certificate", {
        domainName: "media.test",
        validationMethod: "DNS",
      });
      const tls = { protocol: "TLS", certificateArn: certificate.outputs.arn };
      await assert.rejects(listen(tls), /UnsupportedCertificate/);
      const validation = { certificateArn: certificate.outputs.arn };
      await assert.rejects(
        deploy("validation", validation),
        /PENDING_VALIDATION.*_[0-9a-f]{32}\.media/,
      );
      const [option] = certificate.outputs.domainValidationOptions;
      await deploy("record", {
        zoneId: "Z",
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        ttl: 60,
        records: [option.resourceRecordValue],
      });
      await deploy("validation", validation);
      const listener = await listen(tls);
      assert.equal(listener.outputs.sslPolicy, "ELBSecurityPolicy-2016-08");
      await assert.rejects(provider().delete(certificate), /ResourceInUseException/);
    });
  });

  describe("a network load balancer in a subnet", () => {
    const id = "subnet-0123456789abcdef0";
    for (const [where, subnet, kind] of [
      ["of a Local Zone", { zone: "us-west-2-lax-1a" }, "Local Zone"],
      ["of a Wavelength Zone", { zone: "us-east-1-wl1-bos-wlz-1" }, "Wavelength Zone"],
      ["on an Outpost", { zone: "a", outpostArn: "arn:aws:outposts:a:1:outpost/op-1" }, "Outpost"],
    ] as const) {
      it(`${where}, which was there before: ValidationError`, async () => {
        const file = join(provider().root, "account.yaml");
        writeFileSync(file, JSON.stringify({ subnets: { [id]: subnet } }));
        const expected = `^Error: ValidationError: You cannot have any ${kind} subnets for load balancers of type 'network'`;
        await assert.rejects(deploy("loadBalancer", good.loadBalancer), new RegExp(expected));
        rmSync(file);
        await provider().delete(await deploy("loadBalancer", good.loadBalancer));
      });
    }
  });

  it("a subnet outside its VPC or over another: InvalidSubnet.Range, .Conflict", async () => {
    const vpc = await deploy("vpc", good.vpc);
    const inputs = (cidrBlock: string) => ({ vpcId: vpc.id, cidrBlock });
    await assert.rejects(deploy("subnet", inputs("10.1.0.0/24")), /InvalidSubnet.Range/);
    await deploy("subnet", inputs("10.0.0.0/24"));
    await assert.rejects(deploy("subnet", inputs("10.0.0.128/25")), /InvalidSubnet.Conflict/);
    await deploy("subnet", inputs("10.0.1.0/24"));
  });

  it("a rule twice, and one in a group that does not exist", async () => {
    const group = await deploy("securityGroup", {});
    const rule = { ipProtocol: "tcp", fromPort: 1, toPort: 1, cidrIpv4: "10.0.0.0/8" };
    await deploy("ingress", { ...rule, securityGroupId: group.id });
    await deploy("egress", { ...rule, securityGroupId: group.id });
    const again = deploy("ingress", { ...rule, securityGroupId: group.id });
    await assert.rejects(again, /InvalidPermission.Duplicate/);
    const lost = deploy("ingress", { ...rule, securityGroupId: "sg-none" });
    await assert.rejects(lost, /InvalidGroup.NotFound/);
  });

  it("a prefix list that is too long, that there is not, in use, or too much for a group", async () => {
    const list = (entries: string[], maxEntries = entries.length) =>
      deploy("prefixList", {
        addressFamily: "IPv4",
        maxEntries,
        entries: entries.map((cidr) => ({ cidr })),
      });
    await assert.rejects(list(["1.0.0.0/8", "2.0.0.0/8"], 1), /PrefixListMaxEntriesExceeded/);
    await assert.rejects(list(["1.0.0.1/8"]), /InvalidParameterValue: CIDR block 1.0.0.1\/8/);
    await assert.rejects(list(["1.0.0.0/8", "1.0.0.0/8"]), /more than once/);

    const group = await deploy("securityGroup", {});
    const rule = { ipProtocol: "-1", securityGroupId: group.id };
    const lost = deploy("egress", { ...rule, prefixListId: "pl-none" });
    await assert.rejects(lost, /InvalidPrefixListID.NotFound/);
    const large = await list(["1.0.0.0/8"], 60);
    const used = await deploy("egress", { ...rule, prefixListId: large.id });
    const another = deploy("egress", { ...rule, cidrIpv4: "10.0.0.0/8" });
    await assert.rejects(another, /RulesPerSecurityGroupLimitExceeded/);
    await assert.rejects(provider().delete(large), /DependencyViolation/);
    await provider().delete(used);
    await provider().delete(large);
  });

  it("a second route, association, gateway or flow log of the same kind", async () => {
    const vpc = await deploy("vpc", good.vpc);
    const table = await deploy("routeTable", { vpcId: vpc.id });
    const gateway = await deploy("internetGateway", { vpcId: vpc.id });
    const route = {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    };
    await deploy("route", route);
    await assert.rejects(deploy("route", route), /RouteAlreadyExists/);
    await assert.rejects(
      deploy("route", { ...route, routeTableId: "rtb-none" }),
      /InvalidRouteTableID/,
    );
    const association = { routeTableId: table.id, subnetId: "subnet-1" };
    await deploy("association", association);
    await assert.rejects(deploy("association", association), /Resource.AlreadyAssociated/);
    await assert.rejects(provider().delete(table), /DependencyViolation/);
    await assert.rejects(
      deploy("internetGateway", { vpcId: vpc.id }),
      /Resource.AlreadyAssociated/,
    );
    const log = { vpcId: vpc.id, trafficType: "ALL", logDestination: "arn", iamRoleArn: "arn" };
    await deploy("flowLog", log);
    await assert.rejects(deploy("flowLog", log), /FlowLogAlreadyExists/);
  });

  it("a function whose role Lambda cannot assume, and an alias of a version that is not published", async () => {
    const tasks = await deploy("role", {
      name: "tasks",
      assumeRolePolicy: trustPolicy("ecs-tasks.amazonaws.com"),
    });
    await assert.rejects(
      deploy("function", good.function(tasks.outputs.arn)),
      /cannot be assumed by Lambda/,
    );
    const denied = trustPolicy("lambda.amazonaws.com").replace("Allow", "Deny");
    const deny = await deploy("role", { name: "deny", assumeRolePolicy: denied });
    await assert.rejects(
      deploy("function", good.function(deny.outputs.arn)),
      /cannot be assumed by Lambda/,
    );
    const role = await roleOf("fn");
    const fn = await deploy("function", good.function(role.outputs.arn, { publish: true }));
    const alias = { name: "live", functionName: fn.outputs.arn };
    await assert.rejects(
      deploy("alias", { ...alias, functionVersion: "2" }),
      /ResourceNotFoundException/,
    );
    const live = await deploy("alias", { ...alias, functionVersion: "1" });
    assert.equal(live.outputs.arn, `${fn.outputs.arn}:live`);
    await assert.rejects(
      deploy("alias", { ...alias, functionVersion: "1" }),
      /ResourceConflictException/,
    );
  });

  it("policies of a role, and rules of a repository and subscriptions of a topic, that do not exist", async () => {
    const policy = { role: "none", policy: permissions() };
    await assert.rejects(deploy("rolePolicy", policy), /NoSuchEntity/);
    const attachment = { role: "none", policyArn: "arn:aws:iam::aws:policy/A" };
    await assert.rejects(deploy("attachment", attachment), /NoSuchEntity/);
    const rules = { rules: [{ rulePriority: 1, selection: {}, action: {} }] };
    const lifecycle = { repository: "none", policy: JSON.stringify(rules) };
    await assert.rejects(deploy("lifecyclePolicy", lifecycle), /RepositoryNotFoundException/);
    const subscription = { topic: "arn:none", protocol: "email", endpoint: "a@b.org" };
    await assert.rejects(deploy("subscription", subscription), /NotFound/);
  });
});
