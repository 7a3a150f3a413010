// Registers the resources of samples.json, whatever their types are.
"use strict";

const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

for (const { type, name, props } of JSON.parse(readFileSync(process.env.SAMPLES, "utf8"))) {
  new pulumi.CustomResource(type, name, props);
}
