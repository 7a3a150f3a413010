import { join } from "node:path";
import { startCloudtak } from "./server";

const usage =
  "usage: SigningSecret=... node -r ts-node/register local/cloudtak/main.ts <port> [data file]";

async function main(): Promise<void> {
  const [portText = "", dataFile = join(__dirname, "cloudtak.yaml")] = process.argv.slice(2);
  const port = Number(portText);
  const signingSecret = process.env.SigningSecret ?? "";
  const faults = [
    ...(/^\d+$/.test(portText) && port <= 65535
      ? []
      : [`port is "${portText}"; allowed: 0 (any free one) to 65535`]),
    ...(signingSecret === "" ? ["environment variable SigningSecret is not set"] : []),
  ];
  if (faults.length > 0) throw new Error(`${faults.join("; ")}\n${usage}`);

  const cloudtak = await startCloudtak({ port, dataFile, signingSecret, log: console.log });
  console.log(`CloudTAK stand-in on ${cloudtak.url}, data from ${dataFile}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void cloudtak.close());
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
