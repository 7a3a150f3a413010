import assert from "node:assert/strict";
import type { Rule } from "../../policy/kit/rule";
import { idList } from "../../policy/kit/toPolicy";
import { rules } from "../../policy/rules";
import { guardedServices } from "../../policy/rules/unsupportedTypes";

/** What stops a deployment where: a change here is a change of what the pack promises. */
const pinned = {
  always: [
    "environment-matches-stack",
    "listener-tls-policy",
    "listener-certificate",
    "listener-http-redirect",
    "load-balancer-security-group",
    "load-balancer-internal",
    "target-group-health-check",
    "ssh-from-world",
    "rdp-from-world",
    "all-ports-from-world",
    "prefix-list-world",
    "admin-ports-behind-open-group",
    "service-target-groups",
    "task-network-mode",
    "task-pid-mode",
    "task-roles-differ",
    "task-fargate-size",
    "container-privileged",
    "container-secrets",
    "container-log-mode",
    "container-system-controls",
    "lambda-permission-principal",
    "lambda-permission-source",
    "function-url-authorization",
    "lambda-runtime",
    "lambda-secrets",
    "kms-rotation",
    "kms-policy-principal",
    "sns-policy",
    "bucket-public-access",
    "iam-administrator",
    "iam-trust",
    "cloudfront-viewer-tls",
    "cloudfront-origin-tls",
    "cloudfront-tls-version",
    "cloudfront-signed-viewers",
  ],
  production: [
    "insecure-ports",
    "unread-resources",
    "listener-encrypted",
    "listener-ports",
    "load-balancer-access-logs",
    "load-balancer-deletion-protection",
    "load-balancer-zones",
    "load-balancer-invalid-headers",
    "public-ports",
    "public-high-risk-ports",
    "task-behind-load-balancer",
    "subnet-public-address",
    "default-security-group-closed",
    "vpc-flow-log",
    "service-public-address",
    "service-execute-command",
    "service-rebalancing",
    "service-circuit-breaker",
    "cluster-container-insights",
    "cluster-execute-command",
    "container-read-only-root",
    "container-user",
    "container-image",
    "srt-passphrase",
    "mediamtx-behind-gateway",
    "task-role-invokes-only",
    "log-retention",
    "alarm-actions",
    "one-way-doors",
    "sns-encrypted",
    "bucket-tls",
    "iam-kms-decrypt",
  ],
  advisory: [
    "listener-alpn",
    "load-balancer-cross-zone",
    "load-balancer-desync",
    "target-group-name",
    "all-egress-to-world",
    "security-group-descriptions",
    "network-acl-admin-ports",
    "service-platform-version",
    "lambda-concurrency",
    "lambda-tracing",
    "log-group-key",
    "secret-key",
    "secret-rotation",
    "bucket-lifecycle",
    "iam-wildcards",
    "cloudfront-logging",
    "certificate-strength",
    "monthly-cost",
  ],
};

describe("the list of rules", () => {
  for (const level of ["always", "production", "advisory"] as const) {
    it(`has these rules with the level "${level}", in this order`, () => {
      const names = rules.filter((rule) => rule.level === level).map(({ name }) => name as string);
      assert.deepEqual(names, pinned[level]);
    });
  }

  it("tells of each rule in one sentence what it is about, and what to do", () => {
    for (const { name, description, remediationSteps } of rules) {
      assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(description, /^(Requires|Prohibits|Recommends|Warns) .*[^.]\.$/, name);
      assert.match(remediationSteps, /^[A-Z].+\.$/, name);
    }
  });

  it("has each name once, and none that the engine keeps for itself", () => {
    const names = rules.map(({ name }) => name as string);
    assert.equal(new Set(names).size, names.length);
    assert(!names.includes("all"));
  });

  it("writes ids of other frameworks as these do", () => {
    for (const id of rules.flatMap((rule) => idList(rule.ids))) {
      const known = /^FSBP:[A-Za-z0-9]+\.\d+$|^checkov:CKV2?_AWS_\d+$|^cdk-nag:|^[a-z]+:[\w-]+$/;
      assert.match(id, known);
    }
  });

  it("lets no tag waive what would undo the pack", () => {
    const names = rules.filter((rule) => (rule as Rule).waivedBy).map(({ name }) => name as string);
    assert.deepEqual(names, [
      ...["environment-matches-stack", "insecure-ports"],
      ...["unread-resources", "listener-encrypted"],
    ]);
  });

  it("refuses other notations of every service that a rule looks at", () => {
    const modules = (rules as readonly Rule[])
      .flatMap((rule) => ("types" in rule && Array.isArray(rule.types) ? rule.types : []))
      .flatMap((type) => /^aws:(\w+)\//.exec(type)?.[1] ?? []);
    const elsewhere: Record<string, string> = {
      ...{ lb: "elasticloadbalancingv2", alb: "elasticloadbalancingv2", vpc: "ec2" },
      ...{ applicationloadbalancing: "elasticloadbalancingv2", elb: "elasticloadbalancing" },
      ...{ acm: "certificatemanager", verifiedaccess: "ec2" },
    };
    for (const module of new Set(modules)) {
      assert(guardedServices.includes(elsewhere[module] ?? module), module);
    }
  });

  it("states each default of a rule's configuration in the schema, too", () => {
    for (const rule of rules) {
      if (!rule.config) continue;
      const { properties, defaults } = rule.config;
      const stated = Object.entries(properties).map(([name, schema]) => [name, schema.default]);
      assert.deepEqual(Object.fromEntries(stated), defaults, rule.name);
    }
  });
});
