import { readFileSync, statSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const User = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1),
  system_admin: z.boolean().default(false),
  agency_admin: z.array(z.int()).default([]),
  groups: z.array(z.string()).default([]),
  disabled: z.boolean().default(false),
});
export type User = z.infer<typeof User>;

const text = z.string().nullable().default(null);
const Lease = z.strictObject({
  id: z.int().positive(),
  name: z.string(),
  created: z.iso.datetime().default("2026-01-01T00:00:00.000Z"),
  updated: z.iso.datetime().default("2026-01-01T00:00:00.000Z"),
  username: text,
  connection: z.int().nullable().default(null),
  layer: z.int().nullable().default(null),
  source_id: text,
  source_type: z.string().default("unknown"),
  source_model: z.string().default(""),
  publish: z.boolean().default(false),
  recording: z.boolean().default(false),
  share: z.boolean().default(false),
  ephemeral: z.boolean().default(false),
  channel: text,
  expiration: z.iso.datetime().nullable().default(null),
  path: z.string().min(1),
  stream_user: text,
  stream_pass: text,
  read_user: text,
  read_pass: text,
  proxy: text,
});
export type Lease = z.infer<typeof Lease>;

export const leaseColumns = Object.keys(Lease.shape) as (keyof Lease)[];

const modes = [
  "up",
  "down",
  "slow",
  "html",
  "error",
  "huge",
  "wrong-json",
  "redirect",
  "hub-restarting",
] as const;
/** How the stand-in responds: as CloudTAK does ("up"), or with one kind of failure. */
export type Mode = (typeof modes)[number];

const Data = z.strictObject({
  mode: z.enum(modes).default("up"),
  delay_ms: z.int().min(0).default(0),
  version: z.string(),
  /** CloudTAK's own is 9997, whatever media::url says. */
  media_port: z.int().min(1).max(65535).default(9997),
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  users: z.array(User),
  leases: z.array(Lease),
});
export type Data = z.infer<typeof Data>;

/** A lease with the data file's defaults filled in. */
export const completeLease = (lease: z.input<typeof Lease>): Lease => Lease.parse(lease);
export type LeaseInput = z.input<typeof Lease>;

/** Throws one Error with every fault of the file. */
function readData(file: string): Data {
  const result = Data.safeParse(parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file} is not valid:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/**
 * The data of a file, read again when the file has changed; changes made in memory last until then. A file
 * that has become invalid is reported once and the last good data stay in force.
 */
export function openData(file: string, report: (fault: string) => void): () => Data {
  const stamp = () => {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  };
  let read = stamp();
  let data = readData(file);
  let isFresh = false;
  return () => {
    // A request reads the data several times, so the file is checked once per turn of the event loop.
    if (isFresh) return data;
    isFresh = true;
    setImmediate(() => {
      isFresh = false;
    });
    try {
      const current = stamp();
      if (current !== read) {
        read = current;
        data = readData(file);
      }
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      report(fault);
    }
    return data;
  };
}
