import { randomBytes } from "node:crypto";
import type * as X509 from "@peculiar/x509";

/** Loaded only when a certificate is signed. Its dependency injection needs the other module first. */
export function loadX509(): typeof X509 {
  require("reflect-metadata");
  return require("@peculiar/x509");
}

/** The first octet keeps the number positive. */
export const serialNumber = (): string => `01${randomBytes(15).toString("hex")}`;
