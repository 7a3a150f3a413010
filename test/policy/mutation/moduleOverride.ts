import { readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import * as ts from "typescript";

const root = join(__dirname, "../../..");
const ownFolders = [join(root, "policy"), join(root, "test/policy")];

type Loaded = Module & { _compile(code: string, path: string): void };
const loaders = (Module as unknown as { _extensions: Record<string, unknown> })._extensions;

const compile = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  }).outputText;

const compiled = new Map<string, string>();
const overrides = new Map<string, string>();

function codeOf(file: string): string {
  const override = overrides.get(file);
  if (override !== undefined) return compile(override);
  const code = compiled.get(file) ?? compile(readFileSync(file, "utf8"));
  compiled.set(file, code);
  return code;
}

/** Loads TypeScript without checking its types, and each file once more after `withOverride`. */
export function loadUnchecked(): void {
  loaders[".ts"] = (module: Loaded, file: string) => module._compile(codeOf(file), file);
}

/** Runs `use` while the pack and its tests, loaded anew, have `text` in place of `file`. */
export async function withOverride<T>(
  file: string,
  text: string,
  use: () => Promise<T>,
): Promise<T> {
  overrides.set(file, text);
  clearModuleCache();
  try {
    return await use();
  } finally {
    overrides.delete(file);
    clearModuleCache();
  }
}

function clearModuleCache(): void {
  for (const path of Object.keys(require.cache)) {
    if (ownFolders.some((folder) => path.startsWith(folder))) delete require.cache[path];
  }
}
