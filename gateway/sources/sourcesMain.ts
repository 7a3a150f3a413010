/** The program of the thread that {@link SourcesWorker} starts. */
import { parentPort } from "node:worker_threads";
import { serveSources } from "./serveSources";
import { Sources } from "./sources";

if (!parentPort) throw new Error("this is the program of a worker thread");
serveSources(parentPort, (refused) => new Sources(refused));
