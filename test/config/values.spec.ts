import assert from "node:assert/strict";
import fc from "fast-check";
import { type Key, type KeyName, type KeyType, keys } from "../../config/keys";
import { caCertificate } from "../caCertificate";
import {
  certificateArn,
  clusterArn,
  dev,
  faultsOf,
  faultyKeys,
  kmsKeyArn,
  secretArn,
} from "./samples";

describe("configuration values by themselves", () => {
  /** For each key: values that are taken and values that are refused. */
  const samples: Record<KeyName, { good: string[]; bad: string[] }> = {
    environment: { good: ["dev", "prod"], bad: ["Prod", "test", " dev"] },
    enableInsecurePorts: { good: ["true", "false"], bad: ["True", "yes", "1", "null"] },
    domainName: {
      good: ["example.org", "media.example.org", "a-1.example.org"],
      bad: ["example.org.", "Media.example.org", "example", "*.example.org", "-a.example.org"],
    },
    hostedZoneName: { good: ["example.org"], bad: ["example.org.", "exa mple.org"] },
    certificateArn: {
      good: [certificateArn],
      bad: [
        "12345678",
        secretArn,
        `${certificateArn}/`,
        certificateArn.replace(/[^/]{36}$/, "-".repeat(36)),
      ],
    },
    cloudtakStack: { good: ["TAK-Dev", "TAK-Prod"], bad: ["TAK Dev", "-x", "TAK-Dev-CloudTAK:x"] },
    cloudtakUrl: {
      good: ["https://cloudtak.example.org", "https://192.0.2.1:5001/", "http://localhost:5001"],
      bad: [
        "cloudtak.example.org",
        "http://cloudtak.example.org",
        "http://localhost.example.org",
        "https://cloudtak.example.org/api",
        "https://cloudtak.example.org?x",
        "https://cloudtak.example.org#x",
        "https://user:canary@cloudtak.example.org",
        "ftp://localhost",
        "https://*.example.org",
        "https://cloudtak.example.org:0",
        "https://169.254.169.254",
        "https://[fe80::1]",
        "javascript:alert(1)",
      ],
    },
    cloudtakSigningSecretArn: {
      good: [secretArn],
      bad: ["canary", certificateArn, secretArn.replace("-AbCdEf", ""), `${secretArn}:key::`],
    },
    cloudtakSigningSecretKmsKeyArn: {
      good: ["arn:aws:kms:ap-southeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"],
      bad: ["alias/mine", "key/-", "key/mrk-1"].map(
        (end) => `arn:aws:kms:ap-southeast-2:123456789012:${end}`,
      ),
    },
    authMode: { good: ["strict", "open-read", "compatible"], bad: ["Strict", "open"] },
    recheckIntervalSeconds: {
      good: ["1", "30", "60"],
      bad: ["0", "61", "30.0", "-1", "1e1", "0x1e", "030", "30 s"],
    },
    cloudtakCaCertificates: {
      good: [caCertificate, `${caCertificate}\n${caCertificate}\n`],
      bad: [
        "ca.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        `${caCertificate}and more`,
        caCertificate.repeat(6),
      ],
    },
    authFunctionInVpc: { good: ["true", "false"], bad: ["yes", "1"] },
    authReservedConcurrency: { good: ["0", "1", "1000"], bad: ["-1", "1001", "ten"] },
    authTracing: { good: ["true", "false"], bad: ["Active", "1"] },
    srtPassphraseSecretArn: {
      good: ["arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a/b-AbCdEf"],
      bad: [
        "canary",
        "arn:aws:secretsmanager:ap-southeast-2:1234:secret:a-AbCdEf",
        "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:a",
      ],
    },
    mediamtxVersion: {
      good: ["1.20.1", "1.21.0", "2.0.0"],
      bad: ["1.20.0", "1.9.99", "v1.20.1", "latest", "1.20"],
    },
    mediamtxCpu: { good: ["512", "1024"], bad: ["300", "1024.0", "0x400", "-256", "1e3"] },
    mediamtxMemory: { good: ["2048", "8192"], bad: ["2000", "2 GB", "0"] },
    ephemeralStorageGib: { good: ["20", "200"], bad: ["19", "201", "20 GiB"] },
    vpcCidrBlock: {
      good: ["10.0.0.0/16", "172.16.4.0/24", "169.253.0.0/16", "126.0.0.0/16", "223.255.0.0/16"],
      bad: [
        ...["0.0.0.0/16", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/16", "239.255.0.0/16"],
        ...["240.0.0.0/16", "255.255.0.0/16"],
        "10.0.0.0/15",
        "10.0.0.0/25",
        "10.0.1.0/16",
        "10.0.0.0",
        "::/16",
        "010.0.0.0/16",
      ],
    },
    zones: { good: ["1", "2", "3"], bad: ["0", "4", "two"] },
    natGateways: { good: ["None", "Single", "OnePerAz"], bad: ["none", "2"] },
    vpcId: { good: [], bad: ["vpc-", "subnet-0123456789abcdef0", "vpc-0123456789ABCDEF0"] },
    publicSubnetIds: {
      good: ["[]"],
      bad: ["subnet-0123456789abcdef0", '["vpc-01234567"]', "{}"],
    },
    privateSubnetIds: { good: ["[]"], bad: ['"subnet-0123456789abcdef0"', "[1]", "["] },
    clusterArn: { good: [clusterArn], bad: ["TAK-Dev-ECSCluster", secretArn, `${clusterArn}/x`] },
    permissionsBoundaryArn: {
      good: [
        "arn:aws:iam::123456789012:policy/boundary",
        "arn:aws-us-gov:iam::123456789012:policy/team/video/boundary",
        `arn:aws:iam::123456789012:policy/${"p".repeat(510)}/boundary`,
      ],
      bad: [
        ...["boundary", "arn:aws:iam::123456789012:role/boundary", "arn:aws:iam::12:policy/x"],
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess",
        `arn:aws:iam::123456789012:policy/${"p".repeat(511)}/boundary`,
        `arn:aws:iam::123456789012:policy/${"p/".repeat(256)}boundary`,
        `arn:aws:iam::123456789012:policy/${"b".repeat(129)}`,
      ],
    },
    kmsKeyArn: { good: [kmsKeyArn], bad: ["alias/mine", secretArn] },
    tags: {
      good: [
        ...["{}", '{"Owner":"video team"}', '{"a:b/c":"ü 1 =+-@_."}', '{"n":1,"b":true,"e":""}'],
        JSON.stringify({ ["x".repeat(128)]: "𝒜".repeat(256) }),
      ],
      bad: [
        "Owner=video",
        '["Owner"]',
        "null",
        '{"":"x"}',
        '{"Owner":null}',
        '{"Owner":{"a":"b"}}',
        '{"Owner":"a\\nb"}',
        '{"Owner":"<b>"}',
        '{"Stack":"other"}',
        '{"environment":"prod"}',
        '{"Name":"all the same"}',
        ...[
          '{"aws:created-by":"me"}',
          '{"AWS:created-by":"me"}',
          '{"by":"aws:me"}',
          '{"by":"Aws:me"}',
        ],
        ...['{"Team":"video","team":"video"}', '{"Straße":"1","STRASSE":"2","straße":"3"}'],
        ...['{" Owner":"video"}', '{"Owner ":"video"}', '{" ":""}', '{"Owner":" video"}'],
        '{"policy-waiver:public-high-risk-ports":"until 2099-01-01: because"}',
        JSON.stringify({ long: "x".repeat(257) }),
        JSON.stringify({ ["x".repeat(129)]: "long" }),
        JSON.stringify(Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`t${i}`, ""]))),
      ],
    },
    allowedCidrs: {
      good: ['["0.0.0.0/0"]', '["10.0.0.0/8","192.168.1.1/32"]'],
      bad: [
        "[]",
        "10.0.0.0/8",
        '["10.0.0.0/33"]',
        '["256.0.0.0/8"]',
        '["10.0.0.1/8"]',
        '["::/0"]',
        '["10.0.0.0/8","10.0.0.0/8"]',
        JSON.stringify(Array.from({ length: 9 }, (_, index) => `10.0.${index}.0/24`)),
      ],
    },
    trustedSourceCidrs: {
      good: ["[]", '["10.20.0.0/16"]', '["172.16.0.0/12","192.168.1.5/32","100.64.0.0/10"]'],
      bad: [
        "10.20.0.0/16",
        '["0.0.0.0/0"]',
        '["1.1.1.0/24"]',
        '["10.0.0.0/7"]',
        '["172.16.0.0/11"]',
        '["10.20.0.1/16"]',
        '["127.0.0.0/8"]',
        '["169.254.0.0/16"]',
        '["169.254.169.254/32"]',
        '["fd00:ec2::/32"]',
        '["10.20.0.0/16","10.20.0.0/16"]',
        JSON.stringify(Array.from({ length: 9 }, (_, index) => `10.20.${index}.0/24`)),
      ],
    },
    apiAllowedCidrs: { good: ["[]", '["10.0.0.0/8"]'], bad: ["null", '["everyone"]'] },
    logRetentionDays: { good: ["1", "365", "3653"], bad: ["0", "2", "366", "-1"] },
    alarmEmail: {
      good: ["ops@example.org", "a.b+tak_1@Mail.example.org"],
      bad: [
        ...["ops", "@example.org", "a b@example.org", "ops@example", "ops@example..org"],
        ...["ops@-x.org", ".ops@example.org", "o..ps@example.org", "<ops@example.org>"],
        ...["a@b@example.org", "öps@example.org", `${"a".repeat(65)}@example.org`],
        `ops@${"a.".repeat(126)}org`,
      ],
    },
    gatewayImage: {
      good: ["ghcr.io/example/gateway:1.0.0", `registry:5000/gateway@sha256:${"a".repeat(64)}`],
      bad: [
        ...["gateway", "gateway:latest", "gateway@sha256:abc", "Gateway:1 0", "a//gateway:1.0"],
        ...["a..b/gateway:1.0", "gateway-:1.0", "https://ghcr.io/gateway:1.0", ":/gateway:1.0"],
        `${"a".repeat(252)}:1.0`,
      ],
    },
    mediamtxImage: {
      good: [`123456789012.dkr.ecr.us-east-1.amazonaws.com/mediamtx@sha256:${"a".repeat(64)}`],
      bad: [
        ...["mediamtx", "bluenviron/mediamtx:1.20.1", "mediamtx@sha256:abc"],
        `a//mediamtx@sha256:${"a".repeat(64)}`,
      ],
    },
    protect: { good: ["true", "false"], bad: ["on"] },
  };

  for (const [name, { good, bad }] of Object.entries(samples)) {
    for (const value of good) {
      it(`takes ${name} ${value}`, () => {
        assert.deepEqual(
          faultyKeys({ ...dev, mediamtxMemory: "4096", [name]: value }).filter(
            (key) => key === name,
          ),
          [],
        );
      });
    }
    for (const value of bad) {
      it(`refuses ${name} ${value.slice(0, 60)}`, () => {
        assert.deepEqual(faultyKeys({ ...dev, [name]: value }), [name]);
      });
    }
  }

  it("takes the example that it gives for each key", () => {
    for (const [name, { type, example, format }] of Object.entries<Key<unknown>>(keys)) {
      const whole: Partial<Record<KeyType, unknown>> = {
        array: [example],
        object: Object.fromEntries([example.split("=")]),
      };
      // What a shell puts in its place.
      const file = example.replace('"$(cat ca.pem)"', caCertificate);
      const text = type in whole ? JSON.stringify(whole[type]) : file;
      assert.notEqual(format.read(text), undefined, `${name}: ${example}`);
    }
  });

  it("needs every required key", () => {
    assert.deepEqual(faultyKeys({ environment: "dev" }), [
      "cloudtakUrl",
      "cloudtakSigningSecretArn",
    ]);
    assert.deepEqual(faultyKeys({ environment: "dev", cloudtakStack: "TAK-Dev" }), []);
    assert.deepEqual(faultyKeys({ environment: "dev", cloudtakStack: "TAK Dev" }), [
      "cloudtakStack",
    ]);
  });

  it("answers any text with settings or with a list of faults", () => {
    const name = fc.constantFrom(...Object.keys(keys));
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: "binary" })), fc.string(), (raw, stack) => {
        faultsOf({ ...dev, ...raw }, stack);
      }),
    );
  });
});
