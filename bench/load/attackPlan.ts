import type { LeaseInput } from "../../local/cloudtak/data";
import { addressOf } from "./addresses";

export const playlistPort = 8080;
/** Leases that make MediaMTX pull a playlist which is hard to parse. */
export const hostileLeases: readonly LeaseInput[] = Array.from({ length: 8 }, (_, n) => ({
  id: 900 + n,
  name: `hostile${n}`,
  path: `hostile${n}`,
  username: "test-user",
  // Pulled all the time, not only while somebody watches.
  recording: true,
  proxy: `http://${addressOf("source", 0)}:${playlistPort}/${n}.m3u8`,
}));
