/** A local cloud of its own in which nothing runs: the real engine, the local providers, an account. */
import { strict as assert } from "node:assert";
import { existsSync, rmSync } from "node:fs";
import { AccountStore, type Item } from "../../local/account/accountStore";
import { prepareBackend } from "../../local/cloud/environment";
import { localPaths, readToolchain } from "../../local/cloud/paths";
import { writeProject } from "../../local/cloud/project";
import { type PulumiResult, pulumi } from "../../local/cloud/pulumiCli";

/** Names of resources by what the engine does to them, sorted. What stays the same is left out. */
export type Steps = Readonly<Record<string, readonly string[]>>;

const toolchain = readToolchain();

export class EmptyCloud {
  readonly paths;

  constructor(name: string) {
    this.paths = localPaths(name);
    this.remove();
    prepareBackend(this.paths);
    writeProject(this.paths);
  }

  pulumi(args: string): Promise<PulumiResult> {
    return pulumi(this.paths, toolchain, args.split(" "));
  }

  async pulumiOrFail(args: string): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(args);
    assert.equal(code, 0, `pulumi ${args}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Makes a stack with these values; a path such as `tags.Owner` sets a part of a key. */
  async init(stack: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.pulumiOrFail(`stack init --no-select ${stack}`);
    const values = Object.entries(config).map(([key, value]) => `--plaintext ${key}=${value}`);
    await this.pulumiOrFail(`config set-all --path --stack ${stack} ${values.join(" ")}`);
  }

  /** `pulumi up` with the policy pack. */
  up(stack: string): Promise<string> {
    return this.pulumiOrFail(`up --yes --skip-preview --stack ${stack} --policy-pack policy`);
  }

  async preview(stack: string): Promise<Steps> {
    return stepsOf(await this.pulumiOrFail(`preview --json --stack ${stack}`));
  }

  /** What exists in the account. */
  account(): readonly Item[] {
    return new AccountStore(this.paths.root).read().all();
  }

  remove(): void {
    if (existsSync(this.paths.root)) rmSync(this.paths.root, { recursive: true });
  }
}

/** The steps of `pulumi preview --json`. */
export function stepsOf(json: string): Steps {
  const { steps }: { steps: { op: string; urn: string }[] } = JSON.parse(json);
  const named = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, urn }): [string, string] => [op, urn.slice(urn.lastIndexOf("::") + 2)]);
  const ops = [...new Set(named.map(([op]) => op))].sort();
  return Object.fromEntries(
    ops.map((op) => [op, named.flatMap(([each, name]) => (each === op ? [name] : [])).sort()]),
  );
}
