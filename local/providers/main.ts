import type { Package } from "./engine/package";
import { checkoutOf } from "./localRoot";

const [packageName = "", engineAddress = ""] = process.argv.slice(2);

/** Each package loads only what it needs, as every preview waits for the start. */
const packages: Record<string, () => Promise<void>> = {
  aws: () => serveTable((require("./aws") as typeof import("./aws")).aws),
  tls: () => serveTable((require("./tls") as typeof import("./tls")).tls),
  "docker-build": () =>
    serveTable((require("./dockerBuild") as typeof import("./dockerBuild")).dockerBuild),
  awsx: () => {
    const { serveAwsx } = require("./awsx/provider") as typeof import("./awsx/provider");
    return serveAwsx(engineAddress, location());
  },
};

const location = () => ({
  checkout: checkoutOf(__dirname),
  backendUrl: process.env.PULUMI_BACKEND_URL,
});

async function serveTable(served: Package): Promise<void> {
  const { serve } = require("./engine/grpc/server") as typeof import("./engine/grpc/server");
  const { port } = await serve(served, location());
  // The engine reads the port from the first line of standard output.
  console.log(String(port));
}

/**
 * Ends the provider when the engine is killed, as the engine can then not end it. A provider whose parent is process 1
 * at its start has lost its engine already.
 */
function exitWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => (process.ppid === engine && engine !== 1) || process.exit(0), 1000).unref();
}

const start = packages[packageName];
if (start) {
  exitWithEngine();
  start().catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
} else {
  console.error(
    `unknown provider "${packageName}"; this program serves ${Object.keys(packages).join(", ")}`,
  );
  process.exit(2);
}
