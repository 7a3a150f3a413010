import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aws } from "../../../../local/providers/aws";
import { dockerBuild } from "../../../../local/providers/dockerBuild";
import { inputNames } from "../../../../local/providers/engine/inputNames";
import type { ResourceType } from "../../../../local/providers/engine/resourceType";
import { tls } from "../../../../local/providers/tls";

const types: Record<string, ResourceType> = { ...aws.types, ...tls.types, ...dockerBuild.types };
const words = (text: string) => text.trim().split(/\s+/).filter(Boolean);

/** Declaration file of a type in its SDK: `aws:lb/listener:Listener` -> `aws/lb/listener.d.ts`. */
function declarationOf(token: string): string {
  const [name = "", module = ""] = token.split(":");
  const file = module === "index" ? "image" : module.replace("index/", "");
  return readFileSync(
    join(__dirname, "../../../../node_modules/@pulumi", name, `${file}.d.ts`),
    "utf8",
  );
}

describe("the table of resource types", () => {
  it("serves exactly the types that have inputs", () => {
    const inputs = Object.entries(types).map(([token, type]) => [token, type.inputs]);
    assert.deepEqual(Object.fromEntries(inputs), inputNames);
  });

  it("is what `npm run inputs` makes of the installed SDKs", () => {
    const { renewed } = require("../../../../tools/inputNames.mjs");
    const table = join(__dirname, "../../../../local/providers/engine/inputNames.ts");
    assert.equal(readFileSync(table, "utf8"), renewed());
  });

  for (const [token, type] of Object.entries(types)) {
    it(`names only known properties for ${token}`, () => {
      const declaration = declarationOf(token);
      const named = [
        ...words(type.replaceOnChanges),
        ...Object.keys(type.defaults ?? {}),
        ...words(type.previewOutputs ?? ""),
      ];
      const unknown = named.filter((name) => !declaration.includes(`readonly ${name}:`));
      assert.deepEqual(unknown, []);
    });
  }
});
