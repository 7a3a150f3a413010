import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import type { Settings } from "../../../config";
import type { KeyName } from "../../../config/keys";
import { fault, ok } from "../../checks/finding";
import type { AwsClients } from "../awsClients";
import type { DoctorCheck } from "../context";
import { missingOr, placeFault } from "../placement";

/** Answers what is wrong with something that exists, or undefined. Throws AWS's error when it does not. */
type Look = (aws: AwsClients, arn: string, abortSignal: AbortSignal) => Promise<string | undefined>;

interface ArnRow {
  readonly key: KeyName;
  readonly of: (settings: Settings) => string | undefined;
  readonly look: Look;
  readonly list: string;
}

/** Certificates, keys and secrets have checks of their own. */
const rows: readonly ArnRow[] = [
  {
    key: "clusterArn",
    of: ({ clusterArn }) => clusterArn,
    look: async ({ ecs }, arn, abortSignal) => {
      const command = new DescribeClustersCommand({ clusters: [arn] });
      const [cluster] = (await ecs.send(command, { abortSignal })).clusters ?? [];
      if (!cluster) return "does not exist";
      return cluster.status === "ACTIVE" ? undefined : `is ${cluster.status}`;
    },
    list: "aws ecs list-clusters",
  },
];

/** Each configured ARN is one of this account and region, and exists. */
export const arns: readonly DoctorCheck[] = rows.map(({ key, of, look, list }) => ({
  subject: key,
  reads: ["aws:region", key],
  applies: ({ settings }) => of(settings) !== undefined,
  run: async ({ aws, settings, identity, region }, abortSignal) => {
    const arn = of(settings) ?? "";
    const remedy = `${list}; pulumi config set ${key} <its ARN>`;
    const misplaced = placeFault(arn, await identity(), region);
    if (misplaced) return [fault(key, `${arn} ${misplaced}`, remedy)];
    try {
      const wrong = await look(aws, arn, abortSignal);
      return [wrong === undefined ? ok(key, arn) : fault(key, `${arn} ${wrong}`, remedy)];
    } catch (error) {
      if (abortSignal.aborted) throw error;
      return [missingOr(key, arn, error, remedy)];
    }
  },
}));
