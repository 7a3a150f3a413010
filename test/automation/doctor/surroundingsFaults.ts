import { permissionsOf } from "../../../automation/permissions/permissions";
import { policyDocuments } from "../../../automation/permissions/policyDocument";
import { parseConfig } from "../../../config";
import { account } from "../../local/runtime/stack";
import { everything, failed, type Row, region, succeeds } from "./fixtures";

const leastPolicy: object[] = policyDocuments(
  permissionsOf(parseConfig(everything, "prod", new Set(), { region }), {
    account,
    region,
    partition: "aws",
  }),
).flatMap((document) => JSON.parse(document).Statement);
const mayAsk = { Effect: "Allow", Action: "iam:SimulatePrincipalPolicy", Resource: "*" };

const recordRow = (type: string, finds: Row["finds"]): Row => ({
  fault: `a record of type ${type} where the stack writes its own`,
  facts: { hostedZones: { "example.org": { records: [{ name: "media.example.org", type }] } } },
  finds,
});

/** DNS, CloudTAK, this machine, and who deploys. */
export const surroundingsFaults: readonly Row[] = [
  {
    fault: "no hosted zone",
    facts: { missing: ["example.org"] },
    finds: ["fault", "hosted zone", /no public hosted zone example\.org/, /create-hosted-zone/],
  },
  {
    fault: "two public hosted zones of the name",
    facts: { hostedZones: { "example.org": { count: 2 } } },
    finds: [
      "fault",
      "hosted zone",
      /several public hosted zones example\.org: Z\w+, Z\w+; /,
      /delete-hosted-zone/,
    ],
  },
  recordRow("A", ["fault", "hosted zone", /has a record of type A already, .* is refused$/]),
  recordRow("CNAME", [
    "fault",
    "hosted zone",
    /has a record of type CNAME already, .* is refused$/,
  ]),
  recordRow("AAAA", ["warning", "hosted zone", /leads clients with IPv6 elsewhere$/]),
  recordRow("TXT", ["ok", "hosted zone", /delegated to/]),
  {
    fault: "a hosted zone that is not delegated",
    machine: { nameServers: failed("ENOTFOUND") },
    finds: ["fault", "hosted zone", /not delegated/, /NS records of example\.org to ns-1\.awsdns/],
  },
  {
    fault: "a hosted zone that is delegated elsewhere",
    machine: { nameServers: async () => ["ns1.registrar.example"] },
    finds: ["fault", "hosted zone", /delegated to ns1\.registrar\.example, not/],
  },
  {
    fault: "a resolver that does not answer",
    machine: { nameServers: failed("ETIMEOUT") },
    finds: ["warning", "hosted zone", /not checked: ETIMEOUT/],
  },
  {
    fault: "a CloudTAK that does not answer",
    machine: { getJson: failed("ECONNREFUSED") },
    finds: ["fault", "CloudTAK", /does not answer: ECONNREFUSED/, /curl/],
  },
  {
    fault: "something that is no CloudTAK",
    machine: { getJson: async () => ({ status: 404, body: undefined }) },
    finds: ["fault", "CloudTAK", /answers 404 without a version/, /cloudtakUrl/],
  },
  {
    fault: "a CloudTAK that takes deleted tokens",
    machine: { getJson: async () => ({ status: 200, body: { version: "13.68.1" } }) },
    finds: ["warning", "CloudTAK", /13\.68\.1: it does not refuse tokens/, /13\.68\.2/],
  },
  {
    fault: "a CloudTAK that sends its users elsewhere",
    machine: {
      getJson: async () => ({
        status: 200,
        body: { version: "13.70.0", "media::url": "https://other.example.org:9997" },
      }),
    },
    finds: [
      "warning",
      "CloudTAK media::url",
      /reached as media\.example\.org/,
      /media\.example\.org:9997/,
    ],
  },
  {
    fault: "a machine without Docker",
    machine: { run: async () => ({ code: null, stdout: "", stderr: "" }) },
    finds: ["fault", "images", /no docker on PATH/, /gatewayImage/],
  },
  {
    fault: "a builder without arm64",
    machine: { run: async () => succeeds("Platforms: linux/amd64\n") },
    finds: ["fault", "images", /makes linux\/amd64, not linux\/arm64/, /binfmt/],
  },
  {
    fault: "a deployer who may not make roles",
    facts: {
      operatorPolicy: {
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "iam:CreateRole", Resource: "*" },
        ],
      },
    },
    finds: ["fault", "permissions", /user\/local may not iam:CreateRole$/],
  },
  {
    fault: "a deployer who may tag all but subnets",
    facts: {
      operatorPolicy: {
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "ec2:CreateTags", Resource: "arn:aws:ec2:*:*:subnet/*" },
        ],
      },
    },
    finds: ["fault", "permissions", /user\/local may not ec2:CreateTags$/],
  },
  {
    fault: "a deployer whose permissions may not be asked",
    facts: {
      operatorPolicy: {
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "iam:SimulatePrincipalPolicy", Resource: "*" },
        ],
      },
    },
    finds: ["warning", "permissions", /not checked: .*not authorized to perform: iam:Simulate/],
  },
  {
    fault: "a deployer with the least policy",
    facts: { operatorPolicy: { Statement: [...leastPolicy, mayAsk] } },
    finds: ["ok", "permissions", /user\/local may do all \d{3} actions$/],
  },
  {
    fault: "a deployer who may hand no role to Lambda",
    facts: {
      operatorPolicy: {
        Statement: [
          ...leastPolicy.filter(
            (statement) => !/lambda\.amazonaws/.test(JSON.stringify(statement)),
          ),
          mayAsk,
        ],
      },
    },
    finds: ["fault", "permissions", /user\/local may not iam:PassRole$/, /npm run deployer:policy/],
  },
  {
    fault: "a local cloud without DNS",
    target: "local",
    finds: ["warning", "hosted zone", /not checked: .*no DNS/],
  },
];
