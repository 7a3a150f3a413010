import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const provider = dirname(require.resolve("@pulumi/aws/package.json"));

/** Words that end like a port and are none. */
const noPort = /support|import|export|report|transport|portal|portfolio|portion|enableXff/i;
const property =
  /^\s+(\w*[pP]orts?(?:Ranges?|Sets?|Infos|Overrides|Number|NonTls|Tls|Tcp|Override)?)\??: /;

/** Interfaces with their port properties, as `service.Interface.property`. */
function scan(service: string, text: string, wanted: RegExp): string[] {
  const found: string[] = [];
  let namespace = service;
  let owner = "";
  for (const line of text.split("\n")) {
    namespace = /^export declare namespace (\w+)/.exec(line)?.[1] ?? namespace;
    owner = /^\s*(?:export )?interface (\w+)/.exec(line)?.[1] ?? owner;
    const name = property.exec(line)?.[1];
    if (name && wanted.test(owner) && !noPort.test(name))
      found.push(`${namespace}.${owner}.${name}`);
  }
  return found;
}

/** Every input property of the installed AWS provider whose name says that it holds a port. */
export function portProperties(): string[] {
  const services = readdirSync(provider, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !["node_modules", "types"].includes(entry.name),
  );
  const resources = services.flatMap(({ name: service }) =>
    readdirSync(join(provider, service))
      .filter((file) => file.endsWith(".d.ts") && !file.startsWith("get"))
      .flatMap((file) =>
        scan(service, readFileSync(join(provider, service, file), "utf8"), /Args$/),
      ),
  );
  const inputs = readFileSync(join(provider, "types", "input.d.ts"), "utf8");
  return [...resources, ...scan("", inputs, /^(?!Get)/)];
}
