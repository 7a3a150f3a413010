import assert from "node:assert/strict";
import { MediaInfra } from "../../components/mediaInfra";
import program from "../../index";
import { aws } from "../../local/providers/aws";
import type { Properties } from "../../local/providers/engine/wire";
import { dev as devArgs } from "../config/samples";
import { Provider } from "../local/providers/client";
import { type Registered, registeredBefore, runProgram } from "../mocks";
import { devConfig, withKeys } from "./program";

/** Everything that has a name of its own or an automatic one, with a secret, a repository and alarms among it. */
const args = { ...devArgs, environment: "dev" as const, alarmEmail: "ops@example.org" };

const component = (name: string) => async () => void new MediaInfra(name, args);

describe("the names in AWS", () => {
  let provider: Provider;
  before(async () => {
    provider = await Provider.start(aws);
  });
  after(() => provider.stop());

  /** Faults of the names and descriptions of resources, in AWS's words. */
  const nameFaults = async (resources: readonly Registered[]): Promise<string[]> => {
    const served = resources.filter(({ type, custom }) => custom && type in aws.types);
    assert.ok(served.length > 30, `only ${served.length} resources are checked`);
    const checks = await Promise.all(
      served.map(({ type, name, inputs }) => provider.check(type, name, inputs as Properties)),
    );
    return checks
      .flatMap(({ faults }) => faults)
      .filter((fault) => /^(name|bucket|family|description):/.test(fault));
  };

  for (const stack of ["A", "a--b-", `dev${"-x".repeat(18)}y`]) {
    it(`of stack ${stack} are such as AWS takes`, async () => {
      const config = withKeys(devConfig, {
        alarmEmail: "ops@example.org",
        authFunctionInVpc: "true",
      });
      assert.deepEqual(await nameFaults(await runProgram(program, stack, config)), []);
    });
  }

  for (const name of ["Camera", "1", "sgx-b", "xn-a-b"]) {
    it(`of a component called ${name} are such as AWS takes`, async () => {
      assert.deepEqual(await nameFaults(await runProgram(component(name), "dev", {})), []);
    });
  }

  for (const name of [
    "cameras",
    "-a",
    "a-",
    "a--b",
    "xn-",
    "sg",
    "SG",
    "sg-a",
    "sthree",
    "a_b",
    "a.b",
    "é",
    "",
  ]) {
    it(`make a component called "${name}" refused before any resource`, async () => {
      const { error, custom } = await registeredBefore(component(name), "dev", {});
      const refused = `the name of a MediaInfra is "${name}"; allowed: up to 6 letters, digits and single hyphens`;
      assert.ok(String(error).includes(refused), String(error));
      assert.deepEqual(custom, []);
    });
  }
});
