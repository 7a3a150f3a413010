import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayTagMutability } from "../../../../components/images/gatewayImage";
import { aws } from "../../../../local/providers/aws";
import { dockerBuild } from "../../../../local/providers/dockerBuild";
import type { Package } from "../../../../local/providers/engine/package";
import { type Properties, unknown } from "../../../../local/providers/engine/wire";
import { Provider } from "../client";
import { tokens } from "../fixtures";

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

  it("hold only files that their user may read, whatever umask the files were made with", async () => {
    writeFileSync(join(context, "private.js"), "1", { mode: 0o600 });
    mkdirSync(join(context, "private"), { mode: 0o700 });
    const faultsWith = async (...lines: string[]) => {
      const inline = ["FROM a", ...lines].join("\n");
      const { faults } = await provider.check(token, "app", inputs({ dockerfile: { inline } }));
      return faults;
    };
    const copy = "COPY private.js private /app/";
    const refused = await faultsWith(copy, "USER node");
    assert.equal(refused.length, 2);
    assert.match(
      refused[0] ?? "",
      /^context: EACCES: permission denied, open '\/app\/private.js': user node .* mode is 600; copy it with --chmod=755/,
    );
    assert.deepEqual(
      await faultsWith("COPY --chmod=755 private.js private /app/", "USER node"),
      [],
    );
    assert.deepEqual(
      await faultsWith("COPY --chown=node private.js private /app/", "USER node"),
      [],
    );
    assert.equal((await faultsWith("COPY --chmod=644 private /app/", "USER node")).length, 1);
    assert.deepEqual(await faultsWith(copy), [], "root reads everything");
  });

  it("build of this program's gateway under umask 077", async () => {
    const made = join(provider.checkout, "gateway");
    mkdirSync(join(made, "public"), { recursive: true, mode: 0o700 });
    mkdirSync(join(made, "recordings"), { mode: 0o700 });
    const scripts = ["gateway.js", "authHookMain.js", "sourcesMain.js", "public/page.js"];
    for (const name of [...scripts, "recordings/.keep"]) {
      writeFileSync(join(made, name), "1", { mode: 0o600 });
    }
    const location = join(__dirname, "../../../../gateway/Dockerfile");
    const { faults } = await provider.check(token, "app", {
      ...inputs({ dockerfile: { location } }),
      context: { location: made },
    });
    assert.deepEqual(faults, []);
  });

  it("copy from other stages and by pattern without a look at the context", async () => {
    const inline = "FROM a AS one\nFROM b\nCOPY --from=one /x /x\nCOPY *.js /\nADD https://a/b /\n";
    const { faults } = await provider.check(token, "app", inputs({ dockerfile: { inline } }));
    assert.deepEqual(faults, []);
  });

  it("are not pushed into a repository that does not exist", async () => {
    await assert.rejects(build(), /RepositoryNotFoundException/);
    await build({ push: false });
  });

  it("do not use a tag of an immutable repository again, whatever their content", async () => {
    await repository({ imageTagMutability: "IMMUTABLE" });
    const image = await build();
    const refusal =
      /ImageTagAlreadyExistsException: The image tag '1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable/;
    await assert.rejects(provider.update(image, inputs({ pull: true })), refusal);
    await assert.rejects(build(), refusal, "an update that died after its push");
    const next = tag.replace(":1", ":2");
    await provider.update(image, inputs({ tags: [next] }));
    await assert.rejects(provider.update(image, inputs()), refusal, "back to the version before");
  });

  it("go back to an earlier version in the repository of this program", async () => {
    await repository({ imageTagMutability: gatewayTagMutability });
    const first = await build();
    const second = await provider.update(first, inputs({ tags: [tag.replace(":1", ":2")] }));
    const back = await provider.update(second, inputs());
    assert.equal(back.outputs.digest, first.outputs.digest);
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
