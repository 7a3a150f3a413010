import { version } from "@pulumi/tls/package.json";
import type { Package } from "./package";
import { privateKey } from "./types/privateKey";
import { selfSignedCert } from "./types/selfSignedCert";

/** Real keys and certificates; they exist in the state only. */
export const tls: Package = {
  name: "tls",
  version,
  types: { ...privateKey, ...selfSignedCert },
  invokes: {},
};
