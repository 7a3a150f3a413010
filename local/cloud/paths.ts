import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** The folder that holds Pulumi.yaml. */
export const checkout = dirname(dirname(__dirname));

/**
 * The certificate authority of this machine's local clouds, in the user's configuration: clients that trust it
 * keep doing so when the checkout or the cache is removed.
 */
export const certificateAuthorityFolder = join(
  process.env.XDG_CONFIG_HOME || join(homedir(), ".config"),
  "tak-media-infra",
  "ca",
);

/** Where one local cloud keeps everything: its state, stack files, secrets, logs. Never committed. */
export interface LocalPaths {
  readonly root: string;
  /** File backend of the engine. */
  readonly state: string;
  /** The resources that the local providers have created, see ../account/accountStore.ts. */
  readonly inventory: string;
  /** Generated project folder, see project.ts. */
  readonly project: string;
  readonly logs: string;
  /** Passphrase that encrypts the secrets in the state. */
  readonly passphrase: string;
  /** Values of the local Secrets Manager by ARN, readable by the owner only. */
  readonly secrets: string;
}

/** Paths of the local cloud `name`: `.local` itself by default, else a folder in it, as tests use. */
export function localPaths(name = ""): LocalPaths {
  const root = join(checkout, ".local", name);
  return {
    root,
    state: join(root, "state"),
    inventory: join(root, "cloud.json"),
    project: join(root, "project"),
    logs: join(root, "logs"),
    passphrase: join(root, "passphrase"),
    secrets: join(root, "secrets.json"),
  };
}

/** Folders of the executables that `tools/setup.mjs` found or built. */
export interface Toolchain {
  /** Holds `node` where the machine's own is too old. */
  readonly node?: string;
  /** Holds `pulumi` and `pulumi-language-nodejs`. */
  readonly pulumi: string;
  /** Holds `mediamtx` and `mediamtx.yml`. */
  readonly mediamtx: string;
  readonly mediamtxVersion: string;
  /** Folder of the API's fuzzer, set up for `npm run fuzz:api` alone. */
  readonly schemathesis?: string;
  /** Folders of Python packages, set up for `npm run fidelity` alone. */
  readonly fidelity?: { readonly validators: string; readonly checkov: string };
  /** An FFmpeg that verifies certificates, set up for the end-to-end tests alone. */
  readonly currentFfmpeg?: string;
}

/** Folders to prepend to PATH, so that `pulumi` and the programs it starts are the toolchain's. */
export const toolchainPath = ({ pulumi, node }: Toolchain): string =>
  [pulumi, ...(node ? [node] : [])].join(delimiter);

export function readToolchain(): Toolchain {
  try {
    return JSON.parse(readFileSync(join(checkout, ".local/toolchain.json"), "utf8"));
  } catch (error) {
    throw new Error("the toolchain is not set up; run `npm run setup`", { cause: error });
  }
}
