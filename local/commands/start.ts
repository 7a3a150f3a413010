/**
 * `npm start`: deploys stack dev to the local cloud with the policy pack, brings the whole system up, prints how to
 * use it, and follows its log until Ctrl-C. The optional argument names another local cloud than `.local` itself.
 */
import { join } from "node:path";
import { LocalCloud } from "../cloud/localCloud";
import { LocalLock } from "../cloud/lock";
import { checkout, localPaths, readToolchain } from "../cloud/paths";
import { LogFollower } from "./logFollower";
import { usage } from "./usage";

const stack = "dev";

async function main(): Promise<void> {
  const paths = localPaths(process.argv[2]);
  const lock = LocalLock.take(paths);
  const localCloud = new LocalCloud({
    paths,
    toolchain: readToolchain(),
    stack,
    cloudtakData: join(checkout, "local/cloudtak/cloudtak.yaml"),
    report: (line) => console.log(`[local] ${line}`),
    echo: true,
  });
  const follower = new LogFollower(paths.logs, (line) => console.log(line));

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      console.log("\n[local] stopping");
      follower.close();
      await localCloud.close();
      lock.release();
    })();
    return stopping;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop().then(() => process.exit(0)));
  }

  try {
    follower.start();
    await localCloud.start();
    if (!stopping) console.log(usage(localCloud.listeners, localCloud.certificateAuthorityFile));
  } catch (error) {
    if (!stopping) console.error(`\n${error instanceof Error ? error.message : error}`);
    await stop();
    process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
