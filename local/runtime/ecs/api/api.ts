import type { Service } from "../../api/service";
import { list, text } from "../../state";

/** ECS: clusters that were deployed, or were there before. */
export const ecs: Service = {
  protocol: "json",
  prefix: "ecs",
  operations: {
    DescribeClusters: (input, { account, region }) => {
      const described = list(input.clusters).map((asked) => {
        const name = text(asked).split("/").at(-1) ?? "";
        const arn = `arn:aws:ecs:${region}:${account.id}:cluster/${name}`;
        const isKnown = text(asked).startsWith("arn:")
          ? account.has(text(asked), region)
          : account.inventory().byArn(arn) !== undefined;
        return { arn, name, isKnown };
      });
      return {
        clusters: described.flatMap(({ arn, name, isKnown }) =>
          isKnown ? [{ clusterArn: arn, clusterName: name, status: "ACTIVE" }] : [],
        ),
        failures: described.flatMap(({ arn, isKnown }) =>
          isKnown ? [] : [{ arn, reason: "MISSING" }],
        ),
      };
    },
  },
};
