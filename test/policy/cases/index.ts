import { balancing } from "./balancing";
import { type CaseTable, on, unknown } from "./case";
import { containers } from "./containers";
import { distributionCases } from "./distribution";
import { documents } from "./documents";
import { functions } from "./functions";
import { iam } from "./iam";
import { network } from "./network";
import { traffic } from "./traffic";

/** Rules with specs of their own have one row each here, for the tests that go through all rules. */
const media: CaseTable = {
  "insecure-ports": on(
    "aws:lb/listener:Listener",
    { protocol: "TCP" },
    {
      good: [{ port: 1936, protocol: "TLS" }],
      bad: [{ port: 1935 }, { port: 8554 }],
      nearGood: [{ port: 1934 }, { port: 8555 }],
      nearBad: [
        { port: "8554" },
        [
          "aws:ec2/securityGroup:SecurityGroup",
          { ingress: [{ fromPort: 1935, toPort: unknown.number, protocol: "tcp" }] },
        ],
      ],
      unknown: [
        { port: unknown.number },
        [
          "aws:ec2/securityGroup:SecurityGroup",
          { ingress: [{ fromPort: unknown.number, toPort: 2000, protocol: "tcp" }] },
        ],
      ],
    },
  ),
};

/** The cases of every rule that judges alike in both environments. */
export const caseTable: CaseTable = {
  ...media,
  ...balancing,
  ...traffic,
  ...network,
  ...containers,
  ...functions,
  ...documents,
  ...iam,
  ...distributionCases,
};
