import type { Properties } from "../../../../local/providers/engine/wire";
import { good, trustPolicy } from "../fixtures";
import { type Accepted, describeInputs, type Refused } from "../inputCases";

const tags = (count: number): Properties =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`T${index}`, "v"]));

const constraint = (member: string, text: string) =>
  `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${text}`;

/** One type of each service, with its error codes: for a bad tag, and for too many. */
const services: [Refused[1], Properties, invalid: string, tooMany: string][] = [
  [
    "loadBalancer",
    good.loadBalancer,
    "ValidationError",
    "TooManyTags: The quota for the number of tags",
  ],
  ["cluster", {}, "InvalidParameterException", "InvalidParameterException: 1 validation error"],
  ["repository", { name: "app" }, "InvalidTagParameterException", "TooManyTagsException"],
  [
    "role",
    { assumeRolePolicy: trustPolicy("a") },
    "ValidationError",
    "ValidationError: 1 validation error",
  ],
  [
    "function",
    good.function("arn:aws:iam::1:role/r"),
    "InvalidParameterValueException",
    "InvalidParameterValueException",
  ],
  ["logGroup", {}, "InvalidParameterException", "InvalidParameterException"],
  ["topic", {}, "InvalidParameter", "TagLimitExceeded: Could not complete request: tag quota"],
  ["bucket", {}, "InvalidTag", "BadRequest"],
  ["key", {}, "TagException", "LimitExceededException"],
  ["secret", { name: "a" }, "ValidationException", "InvalidParameterException"],
];

const long = (length: number) => "a".repeat(length);

describeInputs(
  "that tag a resource",
  [
    [
      "a tag value of 257 characters",
      "vpc",
      { ...good.vpc, tags: { A: long(257) } },
      "tags: InvalidParameterValue: Tag value exceeds the maximum length of 256 characters",
    ],
    [
      "a tag key of 129 characters",
      "vpc",
      { ...good.vpc, tags: { [long(129)]: "a" } },
      "tags: InvalidParameterValue: Tag key exceeds the maximum length of 128 characters",
    ],
    [
      "a tag key of AWS's own",
      "vpc",
      { ...good.vpc, tags: { "aws:a": "a" } },
      "tags: InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      "51 tags",
      "vpc",
      { ...good.vpc, tags: tags(51) },
      "tags: TagLimitExceeded: The maximum number of Tags for a resource has been reached.",
    ],
    [
      "tag keys of a role that differ in case only",
      "role",
      { assumeRolePolicy: trustPolicy("a"), tags: { Team: "a", team: "b" } },
      "tags: InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ],
    ...services.flatMap(([type, inputs, invalid, tooMany]): Refused[] => [
      [
        `a tag value of 257 characters on ${type}`,
        type,
        { ...inputs, tags: { A: long(257) } },
        `tags: ${invalid}: ${constraint("tags.A.value", "Member must have length less than or equal to 256")}`,
      ],
      [
        `a tag key of 129 characters on ${type}`,
        type,
        { ...inputs, tags: { [long(129)]: "" } },
        `tags: ${invalid}: ${constraint(`tags.${long(129)}.key`, "Member must have length less than or equal to 128")}`,
      ],
      [
        `an empty tag key on ${type}`,
        type,
        { ...inputs, tags: { "": "a" } },
        `tags: ${invalid}: ${constraint("tags.key", "Member must have length greater")}`,
      ],
      [
        `a semicolon in a tag value on ${type}`,
        type,
        { ...inputs, tags: { A: "a;b" } },
        `tags: ${invalid}: ${constraint("tags.A.value", "Member must satisfy regular expression pattern: [")}`,
      ],
      [
        `an asterisk in a tag key on ${type}`,
        type,
        { ...inputs, tags: { "A*": "a" } },
        `tags: ${invalid}: ${constraint("tags.A*.key", "Member must satisfy regular expression pattern: [")}`,
      ],
      [
        `a tag key of AWS's own on ${type}`,
        type,
        { ...inputs, tags: { "AWS:a": "a" } },
        `tags: ${invalid}: Invalid tag key "AWS:a"`,
      ],
      [`51 tags on ${type}`, type, { ...inputs, tags: tags(51) }, `tags: ${tooMany}`],
    ]),
  ],
  [
    ["tags of EC2 with other characters", "vpc", { ...good.vpc, tags: { A: "a;b*" } }],
    [
      "tag keys of a log group that differ in case only",
      "logGroup",
      { tags: { Team: "a", team: "b" } },
    ],
    ...services.flatMap(([type, inputs]): Accepted[] => [
      [
        `the longest tag of characters beyond 16 bits on ${type}`,
        type,
        { ...inputs, tags: { ["𝒜".repeat(128)]: "𝒜".repeat(256) } },
      ],
      [`50 tags on ${type}`, type, { ...inputs, tags: tags(50) }],
      [`the longest tag on ${type}`, type, { ...inputs, tags: { [long(128)]: long(256) } }],
      [
        `an empty value and other alphabets on ${type}`,
        type,
        { ...inputs, tags: { "Straße 1_.:/=+-@": "" } },
      ],
    ]),
  ],
);
