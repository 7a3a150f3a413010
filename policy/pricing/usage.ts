import { hoursPerMonth } from "./units";

/** What is assumed to go through a stack. */
export interface Usage {
  /** Streams that are published at a time. */
  readonly publishers: number;
  /** Streams that are watched at a time, over the internet. */
  readonly viewers: number;
  /** Of each stream. */
  readonly megabitsPerSecond: number;
  /** Hours a day, every day, in which they do. */
  readonly hoursPerDay: number;
  /** Written to each log group in a month. */
  readonly logGigabytes: number;
  /** Through all NAT gateways in a month: images, logs, calls of AWS and CloudTAK. Media does not pass them. */
  readonly natGigabytes: number;
}

export const defaultUsage: Usage = {
  publishers: 4,
  viewers: 10,
  megabitsPerSecond: 4,
  hoursPerDay: 2,
  logGigabytes: 0.5,
  natGigabytes: 5,
};

/** A stack without traffic. */
export const noUsage: Usage = {
  publishers: 0,
  viewers: 0,
  megabitsPerSecond: 0,
  hoursPerDay: 0,
  logGigabytes: 0,
  natGigabytes: 0,
};

/** 1 Mbit/s for an hour. */
const gigabytesPerMegabitHour = 0.45;

const streamHours = (streams: number, { hoursPerDay }: Usage): number =>
  (streams * hoursPerDay * hoursPerMonth) / 24;

const gigabytes = (streams: number, traffic: Usage): number =>
  gigabytesPerMegabitHour * traffic.megabitsPerSecond * streamHours(streams, traffic);

/** Gigabytes a month out to viewers. */
export const gigabytesOut = (traffic: Usage): number => gigabytes(traffic.viewers, traffic);

/** Gigabytes a month through the load balancer, both ways. */
export const gigabytesThrough = (traffic: Usage): number =>
  gigabytes(traffic.publishers + traffic.viewers, traffic);

/** Hours a month that clients publish and watch, together. */
export const sessionHours = (traffic: Usage): number =>
  streamHours(traffic.publishers + traffic.viewers, traffic);
