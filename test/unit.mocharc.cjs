// Every spec that needs no whole system: `npm run test:unit`.
const { readdirSync } = require("node:fs");
const always = require("../.mocharc.json");

/** Those that take longest come first: a worker that began one last would go on alone. */
const slow = [
  "local/providers/engine/engine",
  "gateway/api/page/page",
  "package",
  "policy/pack",
  "local/runtime/ecs/rollback",
  "automation/doctor/doctor",
  "gateway/api/cloudtak/cloudtakPlayer",
  "cli/doctor",
  "cli/ending",
  "cli/takMedia",
  "tools/imports",
  "gateway/gateway",
  "gateway/api/v3/kick",
  "gateway/sources/sourceRelays",
  "local/runtime/runtime",
  "local/runtime/acm/certificateAuthority",
  "local/runtime/lambda/planNetworks",
  "components/names",
];

const first = slow.map((name) => `${name}.spec.ts`);
const others = readdirSync(__dirname, { recursive: true }).filter(
  (path) => /^(?!e2e\/|start\/).*\.spec\.ts$/.test(path) && !first.includes(path),
);

module.exports = {
  ...always,
  parallel: true,
  // They wait as much as they compute, on two cores.
  jobs: 4,
  // One by one, as mocha runs a file twice that two patterns name.
  spec: [...first, ...others.sort()].map((path) => `test/${path}`),
};
