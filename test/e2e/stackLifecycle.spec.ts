import { strict as assert } from "node:assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { EmptyCloud } from "./emptyCloud";

const up = (stack: string) => `up --yes --skip-preview --stack ${stack}`;
const destroy = (stack: string) => `destroy --yes --skip-preview --stack ${stack}`;

describe("the life of stacks", () => {
  let cloud: EmptyCloud;
  before(async () => {
    cloud = new EmptyCloud("lifecycle");
    await cloud.pulumiOrFail("stack init --no-select dev");
    await cloud.init("dev-two", {
      "aws:region": "ap-southeast-2",
      environment: "dev",
      cloudtakStack: "TAK-Dev",
    });
    await cloud.pulumiOrFail(up("dev"));
    await cloud.pulumiOrFail(up("dev-two"));
  });
  after(() => cloud.remove());

  /** What exists of a stack and has tags. */
  const ofStack = (stack: string) =>
    cloud.account().filter(({ properties }) => {
      const tags = (properties.tags ?? {}) as Record<string, string>;
      return tags.Stack === stack;
    });
  const idsOf = (stack: string) => ofStack(stack).map(({ id }) => id);

  it("goes on side by side in one account, without a name in common", () => {
    const types = (stack: string) => ofStack(stack).map(({ type }) => type);
    assert.deepEqual(types("dev").sort(), types("dev-two").sort());
    for (const key of ["id", "arn"] as const) {
      const [mine, yours] = ["dev", "dev-two"].map(
        (stack) => new Set(ofStack(stack).map((item) => item[key])),
      );
      assert.ok((mine?.size ?? 0) > (key === "id" ? 30 : 10));
      const common = [...(mine ?? [])].filter((each) => each !== "" && yours?.has(each));
      assert.deepEqual(common, [], key);
    }
  });

  it("changes nothing the second time, and finds no drift", async () => {
    assert.deepEqual(await cloud.preview("dev"), {});
    await cloud.pulumiOrFail(`${up("dev")} --expect-no-changes`);
    await cloud.pulumiOrFail("refresh --yes --skip-preview --expect-no-changes --stack dev");
  });

  it("goes on from another backend to which the state was moved, secrets and all", async () => {
    const elsewhere = new EmptyCloud("lifecycle-elsewhere");
    try {
      const file = join(elsewhere.paths.root, "exported.json");
      await cloud.pulumiOrFail(`stack export --stack dev --file ${file}`);
      cpSync(cloud.paths.passphrase, elsewhere.paths.passphrase);
      // It is the same account, whichever backend looks at it.
      cpSync(cloud.paths.inventory, elsewhere.paths.inventory);
      await elsewhere.pulumiOrFail("stack init --no-select dev");
      await elsewhere.pulumiOrFail(`stack import --stack dev --file ${file}`);
      assert.deepEqual(await elsewhere.preview("dev"), {});
      await elsewhere.pulumiOrFail("refresh --yes --skip-preview --expect-no-changes --stack dev");
    } finally {
      elsewhere.remove();
    }
  });

  it("ends with nothing left of one stack, and nothing touched of the other", async () => {
    const kept = idsOf("dev-two");
    await cloud.pulumiOrFail(destroy("dev"));
    assert.deepEqual(idsOf("dev"), []);
    assert.deepEqual(idsOf("dev-two"), kept);
    assert.deepEqual(await cloud.preview("dev-two"), {});
    await cloud.pulumiOrFail(destroy("dev-two"));
    assert.deepEqual(cloud.account(), []);
  });
});

describe("a protected stack", () => {
  let cloud: EmptyCloud;
  before(() => {
    cloud = new EmptyCloud("lifecycle-protected");
  });
  after(() => cloud.remove());

  it("ends only after its protection was lifted", async () => {
    await cloud.pulumiOrFail("stack init --no-select prod");
    await cloud.pulumiOrFail(up("prod"));
    const { code, stdout, stderr } = await cloud.pulumi("destroy --yes --stack prod");
    assert.notEqual(code, 0);
    const said = stdout + stderr;
    for (const name of ["load-balancer-nlb", "certificate-acm", "media-log-group"]) {
      assert.match(said, new RegExp(`${name}.* (cannot be deleted|is protected|protected)`));
    }
    assert.deepEqual(await cloud.preview("prod"), {}, "something was deleted");
    await cloud.pulumiOrFail("config set --stack prod protect false");
    await cloud.pulumiOrFail(up("prod"));
    await cloud.pulumiOrFail(destroy("prod"));
    // AWS keeps a deleted secret for its recovery window.
    const left = cloud.account().map(({ type, properties }) => [type, properties.description]);
    assert.deepEqual(left, [
      ["secret scheduled for deletion", "SRT passphrase of the media server"],
    ]);
  });
});
