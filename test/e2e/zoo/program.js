// Registers the resources of zoo.json, whatever their types are.
"use strict";

const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

for (const { type, name, props } of JSON.parse(readFileSync(process.env.ZOO, "utf8"))) {
  new pulumi.CustomResource(type, name, props);
}
