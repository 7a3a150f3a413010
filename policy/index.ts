import { PolicyPack } from "@pulumi/policy";
import { stackEnvironment } from "./environment";
import { toPolicy } from "./rule";
import { rules } from "./rules";

const environment = stackEnvironment();

new PolicyPack("tak-media-infra", { policies: rules.map((rule) => toPolicy(rule, environment)) });
