import { cloudtakExport } from "../../account/cloudformationExports";
import type { Service } from "../api/service";

const outputs = ["ServiceURL", "SigningSecret"];

/** CloudFormation: the exports of CloudTAK's stacks. */
export const cloudformation: Service = {
  protocol: "query",
  prefix: "cloudformation",
  operations: {
    ListExports: (_input, { account, region }) => ({
      Exports: account.facts().cloudtakStacks.flatMap((stack) =>
        outputs.flatMap((output) => {
          const Name = `${stack}-CloudTAK-${output}`;
          const Value = cloudtakExport(Name, { id: account.id, region });
          return Value === undefined ? [] : [{ Name, Value }];
        }),
      ),
    }),
  },
};
