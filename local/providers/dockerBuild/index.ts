import { version } from "@pulumi/docker-build/package.json";
import type { Package } from "../engine/package";
import { image } from "./image";

/** Images; only their digest is computed. */
export const dockerBuild: Package = { name: "docker-build", version, types: image, invokes: {} };
