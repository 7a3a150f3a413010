import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aws } from "../../local/providers/aws";
import { dockerBuild } from "../../local/providers/dockerBuild";
import { inputNames } from "../../local/providers/engine/inputNames";
import type { ResourceType } from "../../local/providers/engine/resourceType";
import { tls } from "../../local/providers/tls";

const types: Record<string, ResourceType> = { ...aws.types, ...tls.types, ...dockerBuild.types };
const words = (text: string) => text.trim().split(/\s+/).filter(Boolean);

/** Declaration file of a type in its SDK: `aws:lb/listener:Listener` -> `aws/lb/listener.d.ts`. */
function declarationOf(token: string): string {
  const [name = "", module = ""] = token.split(":");
  const file = module === "index" ? "image" : module.replace("index/", "");
  return readFileSync(join(__dirname, "../../node_modules/@pulumi", name, `${file}.d.ts`), "utf8");
}

/** Properties of the interface of arguments, "!" after those that are not optional. */
function argumentsIn(declaration: string): string[] {
  const body = /export interface \w+Args \{\n([\s\S]*?)\n\}/.exec(declaration)?.[1] ?? "";
  return [...body.matchAll(/^ {4}(\w+)(\??):/gm)].map(
    ([, name = "", optional]) => name + (optional ? "" : "!"),
  );
}

describe("the table of resource types", () => {
  it("serves exactly the types that have inputs", () => {
    assert.deepEqual(Object.keys(types).sort(), Object.keys(inputNames).sort());
  });

  for (const [token, type] of Object.entries(types)) {
    it(`has the SDK's inputs of ${token}`, () => {
      assert.deepEqual(words(type.inputs).sort(), argumentsIn(declarationOf(token)).sort());
    });

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
