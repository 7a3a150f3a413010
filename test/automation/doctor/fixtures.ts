import type { Finding } from "../../../automation/checks/finding";
import type { CommandOutcome, Machine } from "../../../automation/doctor/machine";
import * as samples from "../../config/samples";
import { account } from "../../local/runtime/stack";

export const region = "ap-southeast-2";
export const signingKeyId = "0f0e0d0c-1111-2222-3333-444455556666";
export const signingKey = `arn:aws:kms:${region}:${account}:key/${signingKeyId}`;
export const srtSecret = `arn:aws:secretsmanager:${region}:${account}:secret:srt-AbCdEf`;
export const boundary = `arn:aws:iam::${account}:policy/boundary`;
export const nameServers = ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"];
export const everything = { ...samples.prod, srtPassphraseSecretArn: srtSecret };

export const succeeds = (stdout: string): CommandOutcome => ({ code: 0, stdout, stderr: "" });

/** A machine with Docker, in a network where CloudTAK answers and the zone is delegated. */
export const healthyMachine: Machine = {
  nameServers: async () => nameServers,
  getJson: async (url) => ({
    status: 200,
    body: url.endsWith("/api")
      ? { version: "13.70.0" }
      : { "media::url": "https://media.example.org:9997" },
  }),
  run: async (_command, [first]) =>
    succeeds(
      first === "version" ? "28.0.0\n" : "Name: default\nPlatforms: linux/amd64, linux/arm64\n",
    ),
};

export const failed = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

export interface Row {
  readonly fault: string;
  /** What account.yaml says. */
  readonly facts?: object;
  readonly config?: Readonly<Record<string, string>>;
  readonly machine?: Partial<Machine>;
  readonly target?: "local";
  /** Level and subject of what is found, and what it says. */
  readonly finds: readonly [
    level: Finding["level"],
    subject: string,
    message: RegExp,
    remedy?: RegExp,
  ];
}
