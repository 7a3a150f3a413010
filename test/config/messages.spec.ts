import assert from "node:assert/strict";
import { parseConfig } from "../../config";
import { dev, faultsOf, faultyKeys, secretArn } from "./samples";

describe("configuration messages", () => {
  it("report all faults at once, each with value, what is allowed and what to change", () => {
    const raw = {
      enableInsecurePorts: "yes",
      mediamtxCpu: "300",
      allowedCidrs: '["10.0.0.0/40"]',
      mediamtxMemmory: "512",
      cloudtakSigningSecretArn: secretArn,
    };
    assert.throws(() => parseConfig(raw, "prod"), {
      name: "ConfigError",
      message: [
        'the configuration of stack "prod" has 7 faults:',
        '  - "mediamtxMemmory" is not a key of this project; did you mean "mediamtxMemory"?; pulumi config rm mediamtxMemmory',
        '  - "enableInsecurePorts" is yes; allowed: true or false; pulumi config set enableInsecurePorts false',
        '  - "cloudtakUrl" is not set; needed: https://, a host and perhaps a port, without user, path or query; pulumi config set cloudtakUrl https://cloudtak.example.org',
        '  - "mediamtxCpu" is 300; allowed: 256, 512, 1024, 2048, 4096, 8192 or 16384; pulumi config set mediamtxCpu 1024',
        '  - "allowedCidrs" is ["10.0.0.0/40"]; allowed: a list of up to 8 different items, each an IPv4 network from /0 to /32 without host bits, such as 203.0.113.0/24; pulumi config set --path \'allowedCidrs[0]\' 203.0.113.0/24',
        '  - "domainName" is not set; environment prod needs domainName with hostedZoneName, or certificateArn; only dev may be self-signed; pulumi config set domainName media.example.org',
        '  - "hostedZoneName" is not set; needed with domainName: a host name in lower case, such as media.example.org; pulumi config set hostedZoneName example.org',
      ].join("\n"),
    });
  });

  it("name the memory sizes that go with the CPU units", () => {
    const raw = { ...dev, mediamtxCpu: "512", mediamtxMemory: "512" };
    assert.deepEqual(faultsOf(raw), [
      {
        key: "mediamtxMemory",
        text: "is 512; allowed with mediamtxCpu 512: 1024, 2048, 3072 or 4096; pulumi config set mediamtxMemory 1024",
      },
    ]);
  });

  it("end the options of a command whose value begins with a hyphen", () => {
    const [fault] = faultsOf({ ...dev, cloudtakCaCertificates: "ca.pem" });
    assert.match(
      fault?.text ?? "",
      /; pulumi config set cloudtakCaCertificates -- "\$\(cat ca\.pem\)"$/,
    );
  });

  it("never show what may be a secret", () => {
    const raw = {
      cloudtakUrl: "https://canary:canary@cloudtak.example.org?token=canary",
      cloudtakSigningSecretArn: "canary",
      srtPassphraseSecretArn: "canary",
      cloudtakSigningSecret: "canary",
      alarmEmail: "https://hooks.example.org/?key=canary",
    };
    const faults = faultsOf({ ...dev, ...raw });
    assert.equal(faults.length, Object.keys(raw).length);
    assert.doesNotMatch(JSON.stringify(faults), /canary/);
  });

  it("show long and unprintable values cut and cleaned", () => {
    const [fault] = faultsOf({ ...dev, alarmEmail: `\u001b[2J\n${"x".repeat(200)}` });
    assert.equal(fault?.text.split(";")[0], `is ?[2J?${"x".repeat(115)}...`);
  });

  it("refuse a value that is stored as a secret, without showing it", () => {
    const raw = { ...dev, alarmEmail: "canary@example.org" };
    assert.deepEqual(faultsOf(raw, "dev", new Set(["alarmEmail"])), [
      {
        key: "alarmEmail",
        text: "is stored as a secret; no key takes one, its value would stand in clear in the state; pulumi config set --plaintext alarmEmail ...",
      },
    ]);
  });

  it("refuse a stack whose name does not fit into AWS names", () => {
    for (const stack of ["", "9lives", "my.stack", "my_stack", "x".repeat(41)]) {
      assert.deepEqual(faultyKeys(dev, stack), ["stack"]);
    }
  });
});
