import { version } from "../../package.json";

/** What CloudTAK asks `GET /` for. */
export const product = { name: "tak-media-infra", version } as const;
