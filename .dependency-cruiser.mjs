// Who may import whom. `npm run lint` holds every import to this table, types included; docs/ARCHITECTURE.md explains the folders.

/** Each part of the tree: its files as a regular expression, and what else its files may import. */
export const parts = {
  shared: { files: "^shared/", mayImport: [] },
  config: { files: "^config/", mayImport: ["shared"] },
  components: { files: "^components/", mayImport: ["config", "shared"] },
  program: { files: "^index\\.ts$", mayImport: ["components", "config"] },
  policy: {
    files: "^policy/",
    mayImport: ["shared", "^components/service/mediamtxEnvironment\\.ts$"],
  },
  auth: { files: "^lambda/auth/", mayImport: ["shared"] },
  gateway: { files: "^gateway/", mayImport: ["shared", "^lambda/auth/crypto/tokens\\.ts$"] },
  automation: {
    files: "^automation/",
    mayImport: [
      "program",
      "components",
      "config",
      "shared",
      "^policy/pricing/",
      "^policy/kit/property\\.ts$",
    ],
  },
  library: { files: "^library\\.ts$", mayImport: ["automation", "components", "config"] },
  examples: { files: "^examples/", mayImport: ["library"] },
  local: {
    files: "^local/",
    mayImport: ["automation", "components", "config", "policy", "shared"],
  },
  cli: {
    files: "^cli/",
    mayImport: ["automation", "config", "local", "shared", "^policy/pricing/usage\\.ts$"],
  },
  tools: { files: "^tools/", mayImport: ["config", "policy", "shared"] },
};

const sources = Object.values(parts).map(({ files }) => files);

const walls = Object.entries(parts).map(([name, { files, mayImport }]) => ({
  name: `${name}-imports`,
  comment: `.dependency-cruiser.mjs lists what ${name} may import: ${mayImport.join(", ") || "nothing else of this project"}`,
  severity: "error",
  from: { path: files },
  to: {
    path: [...sources, "^test/", "^bench/"],
    pathNot: [files, ...mayImport.map((other) => parts[other]?.files ?? other)],
  },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads it.
export default {
  forbidden: [
    ...walls,
    {
      name: "no-circles",
      comment: "Files that import each other, types included, cannot be read one at a time.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "(^|/)(bin|dist|node_modules|\\.local)/" },
    doNotFollow: { path: "node_modules" },
  },
};
