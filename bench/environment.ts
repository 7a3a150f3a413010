import { gatewayEnvironment } from "../components/service/gatewayEnvironment";

/** The gateway container's environment as a stack with defaults has it; benchmarks put ports of their own in. */
export const benchEnvironment = (): Record<string, string> =>
  gatewayEnvironment({
    names: { system: "TAK-Bench-MediaInfra" },
    authMode: "strict",
    recheckIntervalSeconds: 30,
    mediamtxMemory: 2048,
    ephemeralStorageGib: 20,
    trustedSourceCidrs: [],
  });
