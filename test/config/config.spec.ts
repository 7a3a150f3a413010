import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configTable, parseConfig } from "../../config";
import { type Key, keys } from "../../config/keys";
import { argsInterface } from "../../tools/argsInterface";
import { readYaml } from "../stackFile";
import { certificateArn, dev, existingVpc, prod, secretArn } from "./samples";

describe("configuration", () => {
  describe("settings", () => {
    it("fills in every default", () => {
      assert.deepEqual(parseConfig(dev, "dev"), {
        environment: "dev",
        names: {
          system: "TAK-Dev-MediaInfra",
          rolePath: "/TAK-Dev-MediaInfra/",
          cluster: "TAK-Dev-ECSCluster",
          service: "TAK-Dev-MediaInfra-MediaMTX",
          logGroup: "/ecs/TAK-Dev-MediaInfra-MediaMTX",
          authFunction: "TAK-Dev-MediaInfra-Auth",
        },
        tags: { Project: "tak-media-infra", Stack: "dev", Environment: "dev" },
        enableInsecurePorts: false,
        network: { kind: "new", cidrBlock: "10.0.0.0/16", zones: 2, natGateways: "Single" },
        certificate: { kind: "self-signed" },
        allowedCidrs: ["0.0.0.0/0"],
        apiAllowedCidrs: ["0.0.0.0/0"],
        trustedSourceCidrs: [],
        cloudtakStack: undefined,
        cloudtakUrl: "https://cloudtak.example.org",
        cloudtakSigningSecretArn: secretArn,
        cloudtakSigningSecretKmsKeyArn: undefined,
        authMode: "strict",
        recheckIntervalSeconds: 30,
        cloudtakCaCertificates: undefined,
        authFunctionInVpc: false,
        authReservedConcurrency: undefined,
        authTracing: false,
        srtPassphraseSecretArn: undefined,
        mediamtxVersion: "1.20.1",
        mediamtxImage: undefined,
        mediamtxCpu: 1024,
        mediamtxMemory: 2048,
        ephemeralStorageGib: 20,
        gatewayImage: undefined,
        clusterArn: undefined,
        permissionsBoundaryArn: undefined,
        kmsKeyArn: undefined,
        logRetentionDays: 365,
        alarmEmail: undefined,
        protect: false,
      });
    });

    it("is prod unless it says dev", () => {
      const { environment: _, ...raw } = prod;
      assert.equal(parseConfig(raw, "dev").environment, "prod");
    });

    it("takes an empty value for one that is not set", () => {
      const empty = Object.fromEntries(Object.keys(keys).map((name) => [name, ""]));
      assert.deepEqual(parseConfig({ ...empty, ...dev }, "dev"), parseConfig(dev, "dev"));
    });

    it("is frozen to the bottom", () => {
      const settings = parseConfig(dev, "dev");
      const frozen = (value: unknown): boolean =>
        typeof value !== "object" ||
        value === null ||
        (Object.isFrozen(value) && Object.values(value).every(frozen));
      assert.ok(frozen(settings));
    });

    it("drops the slash at the end of cloudtakUrl", () => {
      const raw = { ...dev, cloudtakUrl: "https://cloudtak.example.org:8443/" };
      assert.equal(parseConfig(raw, "dev").cloudtakUrl, "https://cloudtak.example.org:8443");
    });

    it("opens the API to allowedCidrs unless it has networks of its own", () => {
      const raw = { ...dev, allowedCidrs: '["10.0.0.0/8"]' };
      assert.deepEqual(parseConfig(raw, "dev").apiAllowedCidrs, ["10.0.0.0/8"]);
      const own = { ...raw, apiAllowedCidrs: '["192.168.0.0/16"]' };
      assert.deepEqual(parseConfig(own, "dev").apiAllowedCidrs, ["192.168.0.0/16"]);
    });

    it("uses an existing VPC in place of a new one", () => {
      assert.deepEqual(parseConfig({ ...prod, ...existingVpc }, "prod").network, {
        kind: "existing",
        vpcId: "vpc-0123456789abcdef0",
        publicSubnetIds: ["subnet-0123456789abcdef0"],
        privateSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
      });
    });

    it("adds tags to its own, also those that Pulumi made numbers of", () => {
      const raw = { ...dev, tags: '{"CostCentre":4711,"Owner":"video team","Critical":true}' };
      assert.deepEqual(parseConfig(raw, "dev").tags, {
        CostCentre: "4711",
        Owner: "video team",
        Critical: "true",
        Project: "tak-media-infra",
        Stack: "dev",
        Environment: "dev",
      });
    });

    it("leaves to CloudTAK's stack what is not set itself", () => {
      const raw = { environment: "dev", cloudtakStack: "TAK-Dev", cloudtakUrl: dev.cloudtakUrl };
      const { cloudtakStack, cloudtakUrl, cloudtakSigningSecretArn } = parseConfig(raw, "dev");
      assert.deepEqual(
        [cloudtakStack, cloudtakUrl, cloudtakSigningSecretArn],
        ["TAK-Dev", "https://cloudtak.example.org", undefined],
      );
    });

    it("uses a requested or an existing certificate", () => {
      assert.deepEqual(parseConfig(prod, "prod").certificate, {
        kind: "requested",
        domainName: "media.example.org",
        hostedZoneName: "example.org",
      });
      assert.deepEqual(parseConfig({ ...dev, certificateArn }, "dev").certificate, {
        kind: "existing",
        arn: certificateArn,
      });
    });
  });

  describe("documentation", () => {
    it("is the same in Pulumi.yaml, without types: the engine would name one fault at a time", () => {
      const expected = Object.entries<Key<unknown>>(keys).map(([name, key]) => [
        name,
        {
          description: `${key.description}; ${key.format.allowed}`,
          default: key.default,
        },
      ]);
      assert.deepEqual(readYaml("Pulumi.yaml").config, Object.fromEntries(expected));
    });

    it("has a table with one row per key", () => {
      const rows = configTable().split("\n").slice(2);
      assert.deepEqual(
        rows.map((row) => /^\| `(\w+)` \| \w+ \|( [^|]+)?\| [^|]+ \| [^|]+ \|$/.exec(row)?.[1]),
        Object.keys(keys),
      );
    });

    it("is the same in docs/CONFIGURATION.md", () => {
      const text = readFileSync(join(__dirname, "../../docs/CONFIGURATION.md"), "utf8");
      const table = /<!-- config -->\n+(.*?)\n+<!-- \/config -->/s.exec(text)?.[1];
      assert.equal(table, configTable());
    });

    it("is the same in the comments that an editor shows; `npm run config:docs` writes them", () => {
      const text = readFileSync(join(__dirname, "../../config/mediaInfraArgs.ts"), "utf8");
      assert.equal(text, argsInterface());
    });

    it("names the unit of every number", () => {
      for (const [name, { type, description }] of Object.entries<Key<unknown>>(keys)) {
        if (type !== "integer") continue;
        assert.match(description, /\b(Seconds|executions|CPU units|MiB|GiB|zones|Days)\b/, name);
      }
    });
  });
});
