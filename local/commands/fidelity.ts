/**
 * `npm run fidelity`: deploys stacks on the local providers and has external validators check their resources.
 * Exit code 1 when one finds something that tools/fidelity/accepted.toml or permissions.toml does not list, see
 * tools/fidelity/main.py.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { actionsOf, rows } from "../../automation/permissions/permissions";
import { checkout, readToolchain } from "../cloud/paths";
import { fidelityGraphs } from "./fidelity/fidelityGraphs";
import { runCommand } from "./runCommand";

async function main(): Promise<void> {
  const packages = readToolchain().fidelity;
  if (!packages)
    throw new Error("the validators are not set up; run `npm run setup -- --fidelity`");
  const graphs = await fidelityGraphs();
  const permissions = Object.fromEntries(
    Object.entries(rows).map(([token, { grants }]) => [
      token,
      grants.flatMap((grant) =>
        Object.values(grant.actions).flatMap((names) => actionsOf(grant, names)),
      ),
    ]),
  );
  const program = join(checkout, "tools/fidelity/main.py");
  // parliament and moto print warnings about their own code.
  const quietly = ["-B", "-W", "ignore::UserWarning"];
  const child = spawn("python3", [...quietly, program, "--checkov-packages", packages.checkov], {
    env: { ...process.env, PYTHONPATH: packages.validators },
    stdio: ["pipe", "inherit", "inherit"],
  });
  // Passed by standard input, not in a file, as the graphs hold secrets of their temporary cloud.
  child.stdin.end(JSON.stringify({ graphs, permissions }));
  const [code] = await once(child, "close");
  process.exitCode = code ?? 1;
}

runCommand(main);
