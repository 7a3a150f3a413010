import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aws } from "../../local/providers/aws";
import { dockerBuild } from "../../local/providers/dockerBuild";
import type { Package } from "../../local/providers/package";
import { type Properties, unknown } from "../../local/providers/wire";
import { Provider } from "./client";
import { tokens } from "./fixtures";

const token = "docker-build:index:Image";

describe("images", () => {
  let provider: Provider;
  let context: string;
  let tag: string;

  beforeEach(async () => {
    // Both packages over one account, as two provider processes share it.
    const both: Package = { ...aws, types: { ...aws.types, ...dockerBuild.types } };
    provider = await Provider.start(both);
    context = join(provider.checkout, "context");
    mkdirSync(join(context, "bin"), { recursive: true });
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY --chmod=755 bin/app /\n");
    writeFileSync(join(context, "bin/app"), "1");
    tag = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/app:1";
  });
  afterEach(() => provider.stop());

  const inputs = (change: Properties = {}): Properties => ({
    context: { location: context },
    push: true,
    tags: [tag],
    ...change,
  });
  const build = (change: Properties = {}) => provider.deploy(token, "app", inputs(change));
  const repository = (change: Properties = {}) =>
    provider.deploy(tokens.repository, "app", { name: "app", ...change });

  it("are referred to by the digest of their content", async () => {
    await repository();
    const image = await build();
    assert.match(image.outputs.digest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(image.outputs.ref, `${tag}@${image.outputs.digest}`);
    assert.equal((await build()).outputs.digest, image.outputs.digest);
  });

  it("change with a file, the Dockerfile or a build input, and with nothing else", async () => {
    await repository();
    const image = await build();
    assert.equal((await provider.diff(image, inputs())).changed, false);
    writeFileSync(join(context, "bin/app"), "2");
    const diff = await provider.diff(image, inputs());
    assert.deepEqual([diff.diffs, diff.replaces], [["contextHash"], []]);
    const changed = await provider.update(image, inputs());
    assert.notEqual(changed.outputs.digest, image.outputs.digest);
    const platform = await provider.update(changed, inputs({ platforms: ["linux/arm64"] }));
    assert.notEqual(platform.outputs.digest, changed.outputs.digest);
  });

  it("leave out what .dockerignore names", async () => {
    await repository();
    writeFileSync(
      join(context, ".dockerignore"),
      "# comment\n**/*.log\n.dockerignore\n!keep.log\ntmp/\n",
    );
    const image = await build();
    mkdirSync(join(context, "tmp"));
    for (const ignored of ["a.log", "bin/b.log", "tmp/c"]) {
      writeFileSync(join(context, ignored), "x");
      assert.equal((await provider.diff(image, inputs())).changed, false, ignored);
    }
    writeFileSync(join(context, "keep.log"), "x");
    assert.equal((await provider.diff(image, inputs())).changed, true);
  });

  it("may hold a link that leads nowhere", async () => {
    await repository();
    symlinkSync("nowhere", join(context, "link"));
    await build();
  });

  const broken: [string, (folder: string) => Properties, string][] = [
    [
      "a context that does not exist",
      () => ({ context: { location: "/none" } }),
      "context: InvalidArgument",
    ],
    [
      "a missing Dockerfile",
      () => ({ dockerfile: { location: "/none" } }),
      "dockerfile: InvalidArgument: open /none",
    ],
    [
      "a Dockerfile without FROM",
      () => ({ dockerfile: { inline: "COPY bin/app /" } }),
      "dockerfile: InvalidArgument: the inline Dockerfile has no FROM",
    ],
    [
      "a copied file that is not there",
      () => ({ dockerfile: { inline: "FROM a\nCOPY b \\\n  bin/app /c/\n" } }),
      'context: NotFound: failed to compute cache key: "/b"',
    ],
    ["pushing without tag", () => ({ tags: [] }), "tags: InvalidArgument"],
  ];
  for (const [what, change, expected] of broken) {
    it(`refuse ${what}`, async () => {
      const { faults } = await provider.check(token, "app", inputs(change(context)));
      assert.ok(
        faults.some((fault) => fault.startsWith(expected)),
        faults.join("\n"),
      );
    });
  }

  it("copy from other stages and by pattern without a look at the context", async () => {
    const inline = "FROM a AS one\nFROM b\nCOPY --from=one /x /x\nCOPY *.js /\nADD https://a/b /\n";
    const { faults } = await provider.check(token, "app", inputs({ dockerfile: { inline } }));
    assert.deepEqual(faults, []);
  });

  it("are not pushed into a repository that does not exist", async () => {
    await assert.rejects(build(), /RepositoryNotFoundException/);
    await build({ push: false });
  });

  it("do not overwrite an immutable tag with another content", async () => {
    await repository({ imageTagMutability: "IMMUTABLE" });
    const image = await build();
    await provider.update(image, inputs({ pull: true }));
    writeFileSync(join(context, "bin/app"), "2");
    await assert.rejects(provider.update(image, inputs()), /ImageTagAlreadyExistsException/);
    const next = tag.replace(":1", ":2");
    await provider.update(image, inputs({ tags: [next] }));
  });

  it("stay in the registry when deleted, so that the repository needs forceDelete", async () => {
    const kept = await repository();
    await provider.delete(await build());
    await assert.rejects(provider.delete(kept), /RepositoryNotEmptyException/);
    await provider.delete(await provider.update(kept, { name: "app", forceDelete: true }));
    await provider.delete(await repository());
  });

  it("have an unknown reference in a preview when the tag is unknown", async () => {
    const { outputs } = await provider.create(token, "app", inputs({ tags: [unknown] }), true);
    assert.equal(outputs.ref, unknown);
    assert.match(outputs.digest, /^sha256:/);
  });
});
