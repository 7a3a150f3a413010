import assert from "node:assert/strict";
import type { Subnet } from "../../config/account";
import {
  certificateArn,
  clusterArn,
  dev,
  existingVpc,
  faultsOf,
  faultyKeys,
  kmsKeyArn,
  passphraseSecretArn,
  prod,
  secretArn,
} from "./samples";

describe("configuration values together", () => {
  const memory = (cpu: string, size: string) =>
    faultyKeys({ ...dev, mediamtxCpu: cpu, mediamtxMemory: size });

  for (const [cpu, size] of [
    ["256", "512"],
    ["256", "2048"],
    ["512", "4096"],
    ["1024", "8192"],
    ["2048", "16384"],
    ["4096", "30720"],
    ["8192", "61440"],
    ["16384", "122880"],
  ] as const) {
    it(`takes ${size} MiB with ${cpu} CPU units`, () => {
      assert.deepEqual(memory(cpu, size), []);
    });
  }
  for (const [cpu, size] of [
    ["256", "4096"],
    ["1024", "1024"],
    ["8192", "17408"],
  ] as const) {
    it(`refuses ${size} MiB with ${cpu} CPU units`, () => {
      assert.deepEqual(memory(cpu, size), ["mediamtxMemory"]);
    });
  }

  it("refuses prod without a certificate", () => {
    const { domainName: _, hostedZoneName: __, ...raw } = prod;
    assert.deepEqual(faultyKeys(raw), ["domainName", "hostedZoneName"]);
  });

  it("refuses a domain name without its zone, and a zone without a domain name", () => {
    const { domainName, hostedZoneName, ...raw } = prod;
    assert.deepEqual(faultyKeys({ ...raw, domainName }), ["hostedZoneName"]);
    assert.deepEqual(faultyKeys({ ...raw, hostedZoneName }), ["domainName"]);
  });

  it("refuses a domain name outside of its zone", () => {
    assert.deepEqual(faultyKeys({ ...prod, domainName: "badexample.org" }), ["domainName"]);
    assert.deepEqual(faultyKeys({ ...prod, domainName: "example.org" }), []);
  });

  it("takes a certificate for a domain name, and refuses half of the name beside it", () => {
    assert.deepEqual(faultyKeys({ ...prod, certificateArn }), []);
    const { hostedZoneName: _, ...half } = prod;
    assert.deepEqual(faultyKeys({ ...half, certificateArn }), ["hostedZoneName"]);
  });

  it("refuses to request a certificate for a name over 64 characters, and takes one that exists", () => {
    const domainName = `${"a".repeat(53)}.example.org`;
    assert.equal(domainName.length, 65);
    const [fault, ...more] = faultsOf({ ...prod, domainName });
    assert.deepEqual([fault?.key, more], ["domainName", []]);
    assert.match(fault?.text ?? "", /has 65 characters; allowed: 64, .*; .* certificateArn/);
    assert.deepEqual(faultyKeys({ ...prod, domainName, certificateArn }), []);
    assert.deepEqual(faultyKeys({ ...prod, domainName: domainName.slice(1) }), []);
  });

  it("refuses plain http to CloudTAK in prod", () => {
    assert.deepEqual(faultyKeys({ ...prod, cloudtakUrl: "http://127.0.0.1:5001" }), [
      "cloudtakUrl",
    ]);
  });

  it("refuses a task with a public address in prod", () => {
    assert.deepEqual(faultyKeys({ ...prod, natGateways: "None" }), ["natGateways"]);
  });

  it("allows enableInsecurePorts in prod, where the policy pack has the word", () => {
    assert.deepEqual(faultyKeys({ ...prod, enableInsecurePorts: "true" }), []);
  });

  it("refuses trusted networks of sources that overlap with the new VPC, on either side", () => {
    for (const cidr of ["10.0.0.0/16", "10.0.0.0/8", "10.0.7.0/24"]) {
      const raw = { ...dev, trustedSourceCidrs: `["192.168.0.0/16","${cidr}"]` };
      const [fault, ...more] = faultsOf(raw);
      assert.deepEqual([fault?.key, more], ["trustedSourceCidrs", []]);
      assert.match(fault?.text ?? "", new RegExp(`${cidr}.*outside of vpcCidrBlock 10.0.0.0/16`));
      assert.deepEqual(faultyKeys({ ...raw, ...existingVpc }), []);
    }
    const beside = { trustedSourceCidrs: '["10.1.0.0/16"]' };
    assert.deepEqual(faultyKeys({ ...dev, ...beside }), []);
    assert.deepEqual(faultyKeys({ ...dev, ...beside, vpcCidrBlock: "10.1.0.0/20" }), [
      "trustedSourceCidrs",
    ]);
  });

  it("refuses trusted networks with a new VPC of public addresses, whose rules would be too many", () => {
    const raw = { ...dev, vpcCidrBlock: "11.0.0.0/16" };
    assert.deepEqual(faultyKeys(raw), []);
    assert.deepEqual(faultyKeys({ ...raw, trustedSourceCidrs: '["10.20.0.0/16"]' }), [
      "vpcCidrBlock",
    ]);
  });

  it("refuses an existing VPC without subnets, and subnets without VPC", () => {
    const { vpcId, ...subnets } = existingVpc;
    assert.deepEqual(faultyKeys({ ...dev, vpcId }), ["publicSubnetIds", "privateSubnetIds"]);
    assert.deepEqual(faultyKeys({ ...dev, ...subnets }), ["publicSubnetIds", "privateSubnetIds"]);
  });

  it("refuses settings of a new VPC beside an existing one", () => {
    const raw = { vpcCidrBlock: "10.1.0.0/16", zones: "3", natGateways: "OnePerAz" };
    assert.deepEqual(faultyKeys({ ...dev, ...existingVpc, ...raw }), [
      "vpcCidrBlock",
      "zones",
      "natGateways",
    ]);
  });

  it("takes the defaults of a new VPC, which Pulumi fills in, beside an existing one", () => {
    const raw = { vpcCidrBlock: "10.0.0.0/16", zones: "2", natGateways: "Single" };
    assert.deepEqual(faultyKeys({ ...dev, ...existingVpc, ...raw }), []);
  });

  it("refuses CloudTAK's signing secret as the passphrase that users of SRT are given", () => {
    assert.deepEqual(faultyKeys({ ...dev, srtPassphraseSecretArn: secretArn }), [
      "srtPassphraseSecretArn",
    ]);
  });

  it("refuses the media server's own name as CloudTAK, and what the auth function does not reach", () => {
    const other = (cloudtakUrl: string) => faultyKeys({ ...prod, cloudtakUrl });
    assert.deepEqual(other("https://media.example.org"), ["cloudtakUrl"]);
    assert.deepEqual(other("https://10.0.0.1:5001"), ["cloudtakUrl"]);
    const inVpc = { authFunctionInVpc: "true", natGateways: "Single" };
    assert.deepEqual(faultyKeys({ ...prod, ...inVpc, cloudtakUrl: "https://10.0.0.1:5001" }), []);
  });

  it("refuses what lies in another region than the deployment", () => {
    const raw = {
      environment: "dev",
      cloudtakUrl: "https://cloudtak.example.org",
      certificateArn,
      cloudtakSigningSecretArn: secretArn,
      cloudtakSigningSecretKmsKeyArn: kmsKeyArn,
      srtPassphraseSecretArn: passphraseSecretArn,
      clusterArn,
      kmsKeyArn,
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    };
    const faults = faultsOf(raw, "dev", undefined, { region: "eu-west-1" });
    assert.deepEqual(
      faults.map(({ key }) => key),
      [
        "certificateArn",
        "cloudtakSigningSecretArn",
        "cloudtakSigningSecretKmsKeyArn",
        "srtPassphraseSecretArn",
        "clusterArn",
        "kmsKeyArn",
      ],
    );
    assert.equal(
      faults[4]?.text,
      "is in ap-southeast-2; allowed: one in eu-west-1, the region of aws:region; " +
        "pulumi config set aws:region ap-southeast-2, or choose another clusterArn",
    );
    assert.deepEqual(faultsOf(raw, "dev", undefined, { region: "ap-southeast-2" }), []);
  });

  it("refuses what is of another account or partition than the deployment", () => {
    const raw = {
      ...dev,
      certificateArn,
      cloudtakSigningSecretKmsKeyArn: kmsKeyArn,
      srtPassphraseSecretArn: passphraseSecretArn,
      clusterArn,
      kmsKeyArn,
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    };
    const own = { region: "ap-southeast-2", accountId: "123456789012", partition: "aws" };
    assert.deepEqual(faultsOf(raw, "dev", undefined, own), []);
    const all = [
      "certificateArn",
      "cloudtakSigningSecretArn",
      "cloudtakSigningSecretKmsKeyArn",
      "srtPassphraseSecretArn",
      "clusterArn",
      "kmsKeyArn",
      "permissionsBoundaryArn",
    ];
    const foreign = faultsOf(raw, "dev", undefined, { ...own, accountId: "210987654321" });
    assert.deepEqual(
      foreign.map(({ key }) => key),
      all,
    );
    assert.equal(
      foreign[4]?.text,
      "is of account 123456789012; allowed: one of account 210987654321, which the stack is deployed to; " +
        "deploy with credentials of that account (AWS_PROFILE), or pulumi config set clusterArn " +
        clusterArn,
    );
    const elsewhere = faultsOf(raw, "dev", undefined, { ...own, partition: "aws-us-gov" });
    assert.deepEqual(
      elsewhere.map(({ key }) => key),
      all,
    );
    assert.match(
      elsewhere[0]?.text ?? "",
      /^is in partition aws; allowed: one of partition aws-us-gov/,
    );
  });

  describe("with subnets", () => {
    const zoneType = "availability-zone";
    const raw = { ...dev, ...existingVpc };
    const [balancer, task, otherTask] = ["0", "1", "2"].map(
      (end) => `subnet-0123456789abcdef${end}`,
    );
    const { vpcId } = existingVpc;
    const cidrBlock = "10.9.1.0/24";
    const among = (...found: [string | undefined, Subnet | undefined][]) =>
      faultsOf(raw, "dev", undefined, { subnets: new Map(found as [string, undefined][]) }).map(
        ({ key, text }) => `${key} ${text}`,
      );

    it("takes those of the VPC whose zones the load balancer covers", () => {
      const inA = { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock };
      assert.deepEqual(among([balancer, inA], [task, inA], [otherTask, inA]), []);
    });

    it("refuses a task's in a zone that the load balancer lacks", () => {
      const inA = { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock };
      assert.deepEqual(
        among(
          [balancer, inA],
          [task, inA],
          [otherTask, { vpcId, zone: "b", zoneType, outpostArn: "", cidrBlock }],
        ),
        [
          `privateSubnetIds has ${otherTask} in b, where the load balancer has no subnet; allowed: subnets in a, ` +
            "the zones of publicSubnetIds; add a subnet in b to publicSubnetIds, or take this one out",
        ],
      );
    });

    const outpostArn = "arn:aws:outposts:ap-southeast-2:123456789012:outpost/op-01234567890123456";
    for (const [where, place, said] of [
      ["a Local Zone", { zone: "lz", zoneType: "local-zone" }, "lz, a local-zone"],
      ["a Wavelength Zone", { zone: "wl", zoneType: "wavelength-zone" }, "wl, a wavelength-zone"],
      ["an Outpost", { zone: "a", zoneType, outpostArn }, "op-01234567890123456, an outpost"],
    ] as const) {
      it(`refuses those in ${where}, also where all are`, () => {
        const there = { vpcId, outpostArn: "", cidrBlock, ...place };
        const faults = among([balancer, there], [task, there], [otherTask, there]);
        assert.deepEqual(
          faults.map((fault) => fault.split(";")[0]),
          [
            `publicSubnetIds has ${balancer} in ${said}`,
            `privateSubnetIds has ${task} in ${said}`,
            `privateSubnetIds has ${otherTask} in ${said}`,
          ],
        );
        assert.match(faults[0] ?? "", /allowed: subnets in Availability Zones of the region/);
      });
    }

    it("refuses those of another VPC, and those that do not exist", () => {
      const inA = { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock };
      assert.deepEqual(
        among(
          [balancer, { vpcId: "vpc-1", zone: "a", zoneType, outpostArn: "", cidrBlock }],
          [task, undefined],
          [otherTask, inA],
        ).map((text) => text.split(";")[0]),
        [
          `publicSubnetIds has ${balancer} of vpc-1`,
          `privateSubnetIds has ${task}, which does not exist here`,
        ],
      );
    });

    it("refuses trusted networks of sources that overlap with them, and takes others of the VPC", () => {
      const subnets = new Map(
        [balancer, task, otherTask].map((id = "", index) => [
          id,
          { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock: `10.${8 + index}.1.0/24` },
        ]),
      );
      const trusting = (cidr: string) =>
        faultsOf({ ...raw, trustedSourceCidrs: `["${cidr}"]` }, "dev", undefined, { subnets }).map(
          ({ key, text }) => `${key} ${text.split(", which")[0]}`,
        );
      assert.deepEqual(trusting("10.9.0.0/16"), [
        `trustedSourceCidrs holds 10.9.0.0/16; allowed: networks outside of ${task} 10.9.1.0/24`,
      ]);
      assert.equal(trusting("10.9.1.7/32").length, 1);
      assert.deepEqual(trusting("10.9.2.0/24"), []);
    });

    it("refuses those with IPv6 addresses only", () => {
      const inA = { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock };
      const subnets = new Map([balancer, otherTask].map((id) => [id ?? "", inA]));
      subnets.set(task ?? "", { ...inA, cidrBlock: "" });
      const [fault, ...others] = faultsOf(raw, "dev", undefined, { subnets });
      assert.equal(fault?.key, "privateSubnetIds");
      assert.match(fault?.text ?? "", new RegExp(`^has ${task}, which has IPv6 addresses only; `));
      assert.deepEqual(others, []);
    });

    it("refuses one for both load balancer and task", () => {
      const both = { ...raw, publicSubnetIds: JSON.stringify([balancer, task]) };
      const [fault, ...others] = faultsOf(both);
      assert.equal(fault?.key, "privateSubnetIds");
      assert.match(
        fault?.text ?? "",
        new RegExp(`^has ${task}, which publicSubnetIds has as well`),
      );
      assert.deepEqual(others, []);
    });

    it("refuses two of the load balancer's in one zone", () => {
      const second = "subnet-0123456789abcdef9";
      const two = { ...raw, publicSubnetIds: JSON.stringify([balancer, second]) };
      const inA = { vpcId, zone: "a", zoneType, outpostArn: "", cidrBlock };
      const subnets = new Map([balancer, second, task, otherTask].map((id) => [id ?? "", inA]));
      assert.deepEqual(
        faultsOf(two, "dev", undefined, { subnets }).map(({ text }) => text),
        [
          `has several subnets in a; allowed: one subnet per zone; keep one of ${balancer}, ${second}`,
        ],
      );
    });
  });

  it("says nothing twice about a key that is wrong by itself", () => {
    const raw = { ...prod, domainName: "Media", mediamtxCpu: "300", vpcId: "vpc" };
    assert.deepEqual(faultyKeys({ ...raw, publicSubnetIds: '["subnet-01234567"]' }), [
      "domainName",
      "mediamtxCpu",
      "vpcId",
    ]);
  });
});
