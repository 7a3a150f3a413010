import { aws } from "../../../local/providers/aws";
import type { Properties } from "../../../local/providers/engine/wire";
import { Provider } from "./client";
import { tokens, trustPolicy } from "./fixtures";

/** An account of its own for each test of the suite that calls it, in which nothing is deployed. */
export function emptyAccount() {
  let provider: Provider;
  beforeEach(async () => {
    provider = await Provider.start(aws);
  });
  afterEach(() => provider.stop());

  const deploy = (type: keyof typeof tokens, inputs: Properties, name = "x") =>
    provider.deploy(tokens[type], name, inputs);
  const assumable = { assumeRolePolicy: trustPolicy("lambda.amazonaws.com") };
  const roleOf = (name: string) => deploy("role", { name, ...assumable });
  return { provider: () => provider, deploy, assumable, roleOf };
}
