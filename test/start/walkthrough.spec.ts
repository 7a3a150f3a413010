/**
 * "Set up a stack on AWS" of the README, line by line, on a local cloud in place of AWS in which nothing is deployed. The
 * account is as many are: CloudTAK's secret has a customer managed key, a Local Zone is opted in. The files of the
 * checkout are its user's alone (umask 077).
 */
import { strict as assert } from "node:assert";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { exitCodes } from "../../automation/errors";
import { accountId } from "../../local/account/accountId";
import { AccountStore } from "../../local/account/accountStore";
import { localEnvironment } from "../../local/cloud/environment";
import { LocalCloud } from "../../local/cloud/localCloud";
import { checkout, localPaths, readToolchain } from "../../local/cloud/paths";
import { localSecret } from "../../local/cloud/secretValues";
import { startCloudtak } from "../../local/cloudtak/server";
import { readmeCommands } from "../docs/readmeCommands";
import { startProgram } from "../e2e/program";
import { stopSystem } from "../e2e/system";
import { type TlsFront, tlsFront } from "./tlsFront";

const name = "walkthrough";
const paths = localPaths(name);
const toolchain = readToolchain();
const commands = readmeCommands("Set up a stack on AWS");

const region = "ap-southeast-2";
const secretOf = (account: string) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:TAK-Prod-CloudTAK/API/Secret-AbCdEf`;
const secretArn = secretOf(accountId);
const otherAccount = "999988887777";
const kmsKeyArn = `arn:aws:kms:${region}:${accountId}:key/12345678-1234-1234-1234-123456789012`;

const zone = (suffix: string, type: string, optInStatus: string) => ({
  ...{ name: `${region}${suffix}`, id: `apse2${suffix}`, state: "available" },
  ...{ type, optInStatus },
});
const account = {
  secrets: { [secretArn]: { kmsKeyArn } },
  zones: [
    zone("-akl-1a", "local-zone", "opted-in"),
    ...["a", "b", "c"].map((one) => zone(one, "availability-zone", "opt-in-not-required")),
  ],
};

const smokeFile = join(paths.root, "smoke.txt");
const authorityFile = join(paths.root, "cloudtak.pem");

describe("the README's way to a stack on AWS", function () {
  this.timeout(600_000);
  let cloudtak: Awaited<ReturnType<typeof startCloudtak>>;
  let front: TlsFront;
  let system: LocalCloud;
  const log: string[] = [];

  before(async () => {
    // It has the same ports.
    await stopSystem();
    rmSync(paths.root, { recursive: true, force: true });
    mkdirSync(paths.root, { recursive: true });
    writeFileSync(join(paths.root, "account.yaml"), stringify(account));
    writeFileSync(smokeFile, "user=test-user\npassword=test-pass\nstream=test-stream\n");
    const cloudtakData = join(checkout, "local/cloudtak/cloudtak.yaml");
    const signingSecret = localSecret(paths, secretArn);
    cloudtak = await startCloudtak({ port: 0, dataFile: cloudtakData, signingSecret });
    cloudtak.setConfig("media::url", "https://media.example.com:9997");
    front = await tlsFront(new URL(cloudtak.url).port);
    writeFileSync(authorityFile, front.certificate);
    const report = (line: string) => log.push(line);
    system = new LocalCloud({ paths, toolchain, stack: "prod", cloudtakData, report });
    await system.open();
    // As on AWS: nothing is filled in.
    const stackFile = readFileSync(join(checkout, "Pulumi.prod.yaml"));
    writeFileSync(join(paths.project, "Pulumi.prod.yaml"), stackFile);
  });
  after(async () => {
    await system?.close();
    await front?.close();
    await cloudtak?.close();
    rmSync(paths.root, { recursive: true, force: true });
  });

  /** A line with what its reader puts into it, in a shell that acts on the local cloud. */
  async function run(line: string, signingSecretArn = secretArn) {
    const target = ` --target local:${name}`;
    const typed = line
      .replace("https://cloudtak.example.com", front.url)
      .replace("arn:aws:secretsmanager:...", signingSecretArn)
      .replace("smoke.txt", smokeFile)
      .replace(/^npm run (deploy|destroy):prod$/, "$& -- --yes")
      .replace(/^pulumi (up|stack rm prod)$/, "$& --yes")
      .replace(/^npm run .*/, `$&${target}`);
    const env = localEnvironment(paths, toolchain);
    const program = startProgram("sh", ["-c", `umask 077\ncd "${checkout}"\n${typed}`], env);
    return { code: await program.ended, said: program.log(), stdout: program.stdout() };
  }

  async function succeed(line: string, signingSecretArn?: string): Promise<string> {
    const { code, said, stdout } = await run(line, signingSecretArn);
    assert.equal(code, exitCodes.success, `${line}\n${said}\n${log.join("\n")}`);
    return stdout;
  }

  const deployed = () => new AccountStore(paths.root).read().all();
  const isSetting = (line: string) => line.startsWith("pulumi config set ");
  const settings = commands.filter(isSetting);

  it("begins with what is there already, and a stack", async () => {
    const [install, init, ...rest] = commands;
    assert.equal(install, "npm ci");
    await succeed(init ?? "");
    assert.deepEqual(rest.slice(0, settings.length), settings);
  });

  it("stops before the first resource where nothing was set, and says how to set it", async () => {
    const { code, said } = await run("pulumi up --yes --skip-preview --policy-pack policy");
    assert.notEqual(code, 0);
    for (const line of settings) {
      const [command = ""] = /^pulumi config set (--plaintext )?\w+/.exec(line) ?? [];
      assert.match(said, new RegExp(`is not set; .*; ${command} `));
    }
    assert.deepEqual(deployed(), []);
  });

  it("stops before the first resource with a secret of another account", async () => {
    for (const line of settings) await succeed(line, secretOf(otherAccount));
    const { code, said } = await run("npm run deploy:prod");
    assert.notEqual(code, exitCodes.success);
    assert.match(
      said,
      /"cloudtakSigningSecretArn" is of account 999988887777; allowed: one of account 123456789012, which the stack is deployed to; .*pulumi config set --plaintext cloudtakSigningSecretArn/,
    );
    assert.deepEqual(deployed(), []);
  });

  it("ends with a stream that plays, on every protocol", async () => {
    const restore = ownFiles(["gateway/Dockerfile", "gateway/bin"]);
    try {
      for (const line of settings) await succeed(line);
      // The stand-in's certificate is of no public authority.
      await succeed(`pulumi config set cloudtakCaCertificates -- "$(cat ${authorityFile})"`);
      const [doctor = "", deploy = "", smoke = "", ...others] = commands.slice(2 + settings.length);
      assert.deepEqual(others, []);
      assert.match(await succeed(doctor), /^ok +cloudtakSigningSecret +.*key\/12345678/m);
      await succeed(deploy);
      assert.match(await succeed(smoke), /^ok +stream srt 8890 +published and played/m);
    } finally {
      restore();
    }
    const zones = deployed()
      .filter(({ type }) => type.endsWith(":Subnet"))
      .map(({ properties }) => properties.availabilityZone);
    assert.deepEqual([...new Set(zones)].sort(), [`${region}a`, `${region}b`]);
  });

  it("is deleted by the lines of the deployment guide, and leaves the passphrase for a while alone", async () => {
    const [unprotect = "", ...lines] = readmeCommands("How to delete");
    const kept = await run("npm run destroy:prod");
    assert.notEqual(kept.code, exitCodes.success, kept.said);
    assert.match(kept.said, /protect/);
    for (const line of [unprotect, ...lines]) await succeed(line);
    assert.deepEqual(
      deployed().map(({ type }) => type),
      ["secret scheduled for deletion"],
    );
  });
});

/** Takes away what others may do with these files and folders, as a checkout has it that was made under umask 077. */
function ownFiles(roots: readonly string[]): () => void {
  const below = (path: string): string[] =>
    statSync(path).isDirectory()
      ? [path, ...readdirSync(path).flatMap((entry) => below(join(path, entry)))]
      : [path];
  const modes = roots
    .flatMap((root) => below(join(checkout, root)))
    .map((path): [string, number] => [path, statSync(path).mode & 0o777]);
  for (const [path, mode] of modes) chmodSync(path, mode & 0o700);
  return () => {
    for (const [path, mode] of modes) chmodSync(path, mode);
  };
}
