import { CliCommand } from "../commandLine/cliCommand";

export const policyCommand = () =>
  new CliCommand("policy")
    .description("Previews dev and prod with the policy pack, on the local providers.")
    .examples("npm run policy")
    .action(async () => {
      const { runPolicyGate }: typeof import("../../local/commands/policyGate") =
        require("../../local/commands/policyGate");
      process.exitCode = await runPolicyGate();
    });
