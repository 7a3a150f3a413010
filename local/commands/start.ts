import { join } from "node:path";
import { LocalCloud } from "../cloud/localCloud";
import { LocalLock } from "../cloud/lock";
import { checkout, localPaths, readToolchain } from "../cloud/paths";
import { LogFollower } from "./logFollower";
import { usage } from "./usage";

const stack = "dev";

/**
 * Deploys stack dev to the local cloud `name` with the policy pack, brings the whole system up, prints how to use it, and
 * follows its log until SIGINT, SIGTERM or SIGHUP. Answers the exit code.
 */
export async function runLocalCloud(name?: string): Promise<number> {
  const paths = localPaths(name);
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
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => void stop().then(resolve));
    }
  });

  const bringUp = async () => {
    follower.start();
    await localCloud.start();
    if (!stopping) console.log(usage(localCloud.listeners, localCloud.certificateAuthorityFile));
    await stopped;
  };
  try {
    await Promise.race([bringUp(), stopped]);
    return 0;
  } catch (error) {
    if (stopping) {
      await stopped;
      return 0;
    }
    console.error(`\n${error instanceof Error ? error.message : error}`);
    await stop();
    return 1;
  }
}
