import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** Where commands for users stand. */
const documents = [
  "README.md",
  ...["CLI", "CONFIGURATION", "COST", "DEPLOYMENT_GUIDE", "LIBRARY", "LOCAL", "OPERATIONS"].map(
    (name) => `docs/${name}.md`,
  ),
];

/** The commands of all shell blocks of these documents, or of one section, one line each, without comments. */
export function readmeCommands(section?: string): string[] {
  const sections = documents
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n")
    .split(/^## /m)
    .filter((text) => !section || text.startsWith(`${section}\n`));
  return [...sections.join("").matchAll(/^```bash\n(.*?)^```/gms)]
    .flatMap(([, block = ""]) => block.replaceAll(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/(^|\s+)#.*/, "").trim())
    .filter((line) => line !== "");
}

/** How a command is known to work. */
export type Proof =
  /** Run by test/e2e/readme.spec.ts as it stands. */
  | { readonly kind: "run" }
  /** Run by another spec, whose text matches. */
  | { readonly kind: "spec"; readonly file: string; readonly text: RegExp }
  /** Cannot run without AWS, Docker or the like: what is read of it is checked. */
  | { readonly kind: "read"; readonly reason: string };

const run = { kind: "run" } as const;
const spec = (file: string, text: RegExp): Proof => ({ kind: "spec", file, text });
const awsCli: Proof = {
  kind: "read",
  reason:
    "needs the AWS CLI; test/local/runtime/api/operator.spec.ts makes the calls that the local API answers",
};
const onAws: Proof = { kind: "read", reason: "acts on an AWS account" };
const deploySpec = "test/e2e/deploy.spec.ts";
/** Line by line, on a local cloud in place of AWS. */
const walkthrough = spec(
  "test/start/walkthrough.spec.ts",
  /readmeCommands\("Set up a stack on AWS"\)/,
);
const deletion = spec("test/start/walkthrough.spec.ts", /readmeCommands\("How to delete"\)/);

/** Every command of these documents has one row here, and every row a command. */
export const proofs: readonly (readonly [RegExp, Proof])[] = [
  [/^npm start$/, spec("test/start/start.spec.ts", /"cli\/main\.ts", "start"/)],
  [/^CA=~/, run],
  [/^SSL_CERT_FILE=\$CA ffmpeg -re /, run],
  [/^(SSL_CERT_FILE=\$CA )?ffplay /, run],
  [/^curl --cacert \$CA /, run],
  [/^eval "\$\(npm run --silent local:env\)"$/, run],
  [/^pulumi stack select dev$/, run],
  [
    /^pulumi config set enableInsecurePorts true$/,
    spec("test/e2e/insecurePorts.spec.ts", /setConfig\("enableInsecurePorts", "true"\)/),
  ],
  [
    /^pulumi up --policy-pack policy$/,
    spec("test/e2e/system.ts", /up --yes --skip-preview --stack dev --policy-pack policy/),
  ],
  [/^pulumi stack output$/, run],
  [/^pulumi destroy$/, spec("test/e2e/library.spec.ts", /"destroy", "--yes"/)],
  [/^aws (ecs|elbv2) describe-/, awsCli],
  [/^aws logs /, { kind: "read", reason: "needs CloudWatch" }],
  [/^pulumi config set protect false$/, deletion],
  [/^pulumi up$/, deletion],
  [/^npm test$/, { kind: "read", reason: "runs this test" }],
  [/^npm ci$/, { kind: "read", reason: "installs what runs this test" }],
  [
    /^npm run (preview|deploy|outputs|destroy):dev$/,
    spec(deploySpec, /run\("deploy", "dev"|command\("destroy", "dev"/),
  ],
  [
    /^npm run deploy:dev -- --context enableInsecurePorts=true$/,
    spec(deploySpec, /"--context", "enableInsecurePorts=true"/),
  ],
  [
    /^npm run deploy:dev -- --target local --yes$/,
    spec(deploySpec, /deploy to a running system, which follows/),
  ],
  [
    /^npm run deploy:prod -- --context mediamtx\.cpu=2048 --context mediamtx\.memory=4096$/,
    { kind: "read", reason: "deploys to AWS" },
  ],
  [/^npm run deploy:prod$/, walkthrough],
  [/^npm run doctor -- --stack prod$/, walkthrough],
  [/^npm run smoke -- --stack prod --credentials smoke\.txt$/, walkthrough],
  [/^npm run destroy:prod$/, deletion],
  [/^pulumi stack rm prod$/, deletion],
  [
    /^npm run deployer:policy -- --stack prod --account 111122223333 --out policies$/,
    spec("test/e2e/deployerPolicy.spec.ts", /policyDocuments\(/),
  ],
  [/^(for file in policies|name=|done$)/, onAws],
  [
    /^pulumi config set --stack prod permissionsBoundaryArn arn:/,
    spec("test/e2e/deployerPolicy.spec.ts", /permissionsBoundaryArn/),
  ],
  [/^aws iam (create|attach)-/, onAws],
  [
    /^ln -s "\$PWD\/cli\/tak-media\.mjs" /,
    spec("test/cli/takMedia.spec.ts", /symlinkSync\(program, join\(folder, "tak-media"\)\)/),
  ],
  [
    /^source <\(tak-media completion bash\)$/,
    spec("test/cli/takMedia.spec.ts", /source <\(tak-media completion bash\)/),
  ],
  [/^pulumi stack init prod$/, walkthrough],
  [/^pulumi config set (--plaintext )?(cloudtak|domain|hosted)/, walkthrough],
  [
    /^npm run cost -- --stack prod$/,
    spec("test/e2e/estimate.spec.ts", /npm run cost -- --stack prod/),
  ],
  [
    /^npm run diagram -- --stack dev( --from-state)?$/,
    spec("test/e2e/estimate.spec.ts", /run\("diagram", `--stack dev --from-state/),
  ],
];
