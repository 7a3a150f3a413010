import assert from "node:assert/strict";
import { planOf, problemsOf } from "../planOf";
import { arns, Stack, selfSigned } from "../stack";

const tls = "listener tls (TLS 1936) stays closed: ";
const plain = "listener plain (TCP 1935) stays closed: ";
const srt = "listener srt (UDP 8890) stays closed: ";

/** The way to the task's UDP port is open by a prefix list with these networks. */
const byPrefixList = (stack: Stack, cidrs: readonly string[]): Stack =>
  stack
    .add("aws:ec2/managedPrefixList:ManagedPrefixList", "list", {
      id: "pl-1",
      entries: cidrs.map((cidr) => ({ cidr })),
    })
    .edit("udp-out", { referencedSecurityGroupId: undefined, prefixListId: "pl-1" });

const names = ["media.example.com", "video.example.com"];

/** The key of the certificate is ACM's. */
const requested = (stack: Stack): Stack =>
  stack.edit("certificate", {
    certificateBody: undefined,
    privateKey: undefined,
    domainName: names[0],
    subjectAlternativeNames: names,
  });

const issued = (stack: Stack): Stack =>
  requested(stack).add("aws:acm/certificateValidation:CertificateValidation", "validation", {
    certificateArn: arns.certificate,
  });

describe("plan of a listener with a certificate that ACM has issued", () => {
  it("serves its names", () => {
    const { problems, listeners } = planOf(issued(new Stack()));
    assert.deepEqual(problems, []);
    assert.deepEqual(listeners.find(({ name }) => name === "tls")?.tls, {
      names,
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
    });
  });
});

describe("plan of a listener behind a prefix list", () => {
  it("connects when the list holds the task's network", () => {
    const { problems } = planOf(byPrefixList(new Stack(), ["9.0.0.0/8", "10.0.0.0/8"]));
    assert.deepEqual(problems, []);
  });
});

describe("plan of a listener that AWS would not connect", () => {
  const cases: [string, (stack: Stack) => Stack, string[]][] = [
    [
      "without an ingress rule on the load balancer",
      (stack) => stack.remove("tls-in"),
      [
        `${tls}security group nlb-group of load balancer nlb admits no client on tcp 1936; add an ingress rule`,
      ],
    ],
    [
      "whose rule names the wrong protocol",
      (stack) => stack.edit("srt-in", { ipProtocol: "tcp" }),
      [
        `${srt}security group nlb-group of load balancer nlb admits no client on udp 8890; add an ingress rule`,
      ],
    ],
    [
      "whose rule admits only another security group",
      (stack) =>
        stack.edit("tls-in", { cidrIpv4: undefined, referencedSecurityGroupId: "task-group-id" }),
      [
        `${tls}security group nlb-group of load balancer nlb admits no client on tcp 1936; add an ingress rule`,
      ],
    ],
    [
      "without egress to the task's port",
      (stack) => stack.remove("udp-out"),
      [
        `${srt}security group nlb-group of load balancer nlb lets nothing out to the task's port udp 18890; add an egress rule`,
      ],
    ],
    [
      "whose egress names a prefix list without the task's network",
      (stack) => byPrefixList(stack, ["11.0.0.0/8"]),
      [
        `${srt}security group nlb-group of load balancer nlb lets nothing out to the task's port udp 18890; add an egress rule`,
      ],
    ],
    [
      "without egress to the health port",
      (stack) => stack.remove("health-out"),
      [tls, plain, srt].map(
        (title) =>
          `${title}security group nlb-group of load balancer nlb lets nothing out to the task's health port tcp 19990; add an egress rule`,
      ),
    ],
    [
      "whose task does not admit the load balancer",
      (stack) => stack.remove("udp-to-task"),
      [
        `${srt}security group task-group of service media does not admit the load balancer on port udp 18890; add an ingress rule`,
      ],
    ],
    [
      "whose task does not admit the health check",
      (stack) => stack.remove("health-to-task"),
      [tls, plain, srt].map(
        (title) =>
          `${title}security group task-group of service media does not admit the load balancer on health port tcp 19990; add an ingress rule`,
      ),
    ],
    [
      "whose task admits the VPC only, while the clients keep their addresses",
      (stack) =>
        stack.edit("udp-to-task", {
          referencedSecurityGroupId: undefined,
          cidrIpv4: "10.0.0.0/16",
        }),
      [
        `${srt}security group task-group of service media does not admit the load balancer on port udp 18890; add an ingress rule`,
      ],
    ],
    [
      "with a certificate that ACM has not issued yet",
      requested,
      [
        `${tls}the private key of certificate ${arns.certificate} is not in the state, so no TLS can be served here; use one that the stack requests (domainName) or signs itself`,
      ],
    ],
    [
      "with a certificate of others, whose key ACM keeps",
      (stack) => stack.edit("certificate", { certificateBody: undefined, privateKey: undefined }),
      [
        `${tls}the private key of certificate ${arns.certificate} is not in the state, so no TLS can be served here; use one that the stack requests (domainName) or signs itself`,
      ],
    ],
    [
      "with a key of another certificate",
      (stack) => stack.edit("certificate", { privateKey: selfSigned(true).key }),
      [`${tls}certificate ${arns.certificate} and its private key do not fit together`],
    ],
    [
      "with an unknown TLS policy",
      (stack) => stack.edit("tls", { sslPolicy: "ELBSecurityPolicy-Nonsense" }),
      [`${tls}sslPolicy ELBSecurityPolicy-Nonsense is not known`],
    ],
    [
      "without a certificate",
      (stack) => stack.edit("tls", { certificateArn: undefined }),
      [`${tls}it has no certificateArn`],
    ],
    [
      "whose group no service is registered with",
      (stack) =>
        stack.edit("service", {
          loadBalancers: [
            { targetGroupArn: arns.tcpGroup, containerName: "gateway", containerPort: 11935 },
          ],
        }),
      [`${srt}no running service is registered with target group udp-target`],
    ],
    [
      "whose container does not map the port",
      (stack) => stack.editContainer("gateway", { portMappings: [{ containerPort: 11935 }] }),
      [`${srt}container gateway of service media has no port mapping udp 18890`],
    ],
    [
      "of a protocol that cannot be served",
      (stack) => stack.edit("plain", { protocol: "HTTP" }),
      [
        "listener plain (HTTP 1935) stays closed: only TLS, TCP and UDP listeners can be served here",
      ],
    ],
    [
      "whose port another one has",
      (stack) => stack.edit("plain", { port: 1936 }),
      ["listener plain (TCP 1936) stays closed: another listener has tcp 1936 on this machine"],
    ],
    [
      "in a subnet without internet gateway",
      (stack) =>
        stack.edit("private-route", { natGatewayId: "nat-of-others" }).remove("public-route"),
      [tls, plain, srt].map(
        (title) =>
          `${title}subnet public of internet-facing load balancer nlb has no route to an internet gateway`,
      ),
    ],
  ];
  for (const [title, mutate, expected] of cases) {
    it(`is left out ${title}`, () => {
      const { problems, listeners } = planOf(mutate(new Stack()));
      assert.deepEqual(problems, expected);
      for (const name of ["tls", "plain", "srt"]) {
        const closed = expected.some((problem) => problem.startsWith(`listener ${name} `));
        assert.equal(!listeners.some((listener) => listener.name === name), closed, name);
      }
    });
  }

  it("is not left out when rules stand inline or as SecurityGroupRule", () => {
    const stack = new Stack()
      .remove("tls-in")
      .edit("nlb-group", {
        ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      })
      .remove("udp-to-task")
      .add("aws:ec2/securityGroupRule:SecurityGroupRule", "old-style", {
        type: "ingress",
        securityGroupId: "task-group-id",
        protocol: "17",
        fromPort: "18000",
        toPort: "19000",
        sourceSecurityGroupId: "nlb-group-id",
      });
    assert.deepEqual(problemsOf(stack), []);
  });

  it("is not left out when subnets and groups belong to an existing VPC", () => {
    const stack = new Stack();
    for (const name of ["public", "private", "nlb-group", "task-group"]) stack.remove(name);
    assert.deepEqual(problemsOf(stack), []);
  });
});
