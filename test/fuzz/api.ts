/**
 * `npm run fuzz:api -- [examples per operation]`: Schemathesis on the published OpenAPI document, with a real MediaMTX and a
 * live stream behind it, once as an administrator and once as a user. Exit code 1 when an answer is of 5xx, or is
 * not as the document says.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readToolchain } from "../../local/cloud/paths";
import { roles, startApiSystem } from "../gateway/api/apiSystem";

/** What Schemathesis judges an answer by; rejecting unknown fields of a query is not among what is promised. */
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
  "allow_header_conformance",
  "ignored_auth",
];

const examples = Number(process.argv[2] ?? 100);
if (!Number.isInteger(examples) || examples < 1) {
  console.error("usage: npm run fuzz:api -- [examples per operation, from 1]");
  process.exit(2);
}

async function main(): Promise<void> {
  const { schemathesis } = readToolchain();
  if (!schemathesis) throw new Error("schemathesis is not set up; run `npm run fuzz:api`");
  // It keeps its findings where it runs.
  const cwd = mkdtempSync(join(tmpdir(), "schemathesis-"));
  const system = await startApiSystem({}, { maxRequestsPerMinute: Number.MAX_SAFE_INTEGER });
  try {
    for (const role of ["administrator", "user"] as const) {
      await system.publishByRtmp("own");
      const args = [
        join(schemathesis, "bin/schemathesis"),
        ...["run", `http://127.0.0.1:${system.ports.api}/openapi.json`, "--no-color"],
        ...["--header", `Authorization: ${roles[role]}`],
        ...["--checks", checks.join(","), "--max-examples", String(examples)],
        ...["--warnings", "off", "--continue-on-failure"],
      ];
      const env = { ...process.env, PYTHONPATH: schemathesis };
      const [code] = await once(spawn("python3", args, { cwd, env, stdio: "inherit" }), "exit");
      if (code !== 0) process.exitCode = 1;
    }
  } finally {
    await system.stop();
    rmSync(cwd, { recursive: true });
  }
}

void main();
