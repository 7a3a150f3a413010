/** The program of the thread that {@link SourcesWorker} starts. */
import { parentPort, workerData } from "node:worker_threads";
import { PublicHostResolver } from "./publicHostResolver";
import { serveSources } from "./serveSources";
import { SourceRelays } from "./sourceRelays";
import type { SourcesData } from "./sourcesWorker";
import { allowedAddresses } from "./trustedNetworks";

if (!parentPort) throw new Error("this is the program of a worker thread");
const { trustedSourceCidrs }: SourcesData = workerData;
const hosts = new PublicHostResolver(undefined, allowedAddresses(trustedSourceCidrs));
serveSources(parentPort, (refused) => new SourceRelays(refused, hosts));
