import { PolicyPack } from "@pulumi/policy";
import { stackEnvironment } from "./kit/environment";
import { policiesOf } from "./policies";
import { rules } from "./rules";

new PolicyPack("tak-media-infra", { policies: policiesOf(rules, stackEnvironment()) });
