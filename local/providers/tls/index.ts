import { version } from "@pulumi/tls/package.json";
import type { Package } from "../engine/package";
import { privateKey } from "./privateKey";
import { selfSignedCert } from "./selfSignedCert";

/** Real keys and certificates; they exist in the state only. */
export const tls: Package = {
  name: "tls",
  version,
  types: { ...privateKey, ...selfSignedCert },
  invokes: {},
};
