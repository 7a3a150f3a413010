import { type FargateCpu, fargateMemoryMib, memoryChoices } from "../../shared/fargateSizes";

/** What is wrong with a task's size, "" when nothing is. Both may be written with units: ".5 vCPU", "1 GB". */
export function fargateFault(cpu: string, memory: string): string {
  const units = sizeIn(cpu, /^([\d.]+) ?vcpu$/i);
  const mib = sizeIn(memory, /^([\d.]+) ?gb$/i);
  if (!isOffered(units)) {
    const offered = Object.keys(fargateMemoryMib).join(", ");
    return `Fargate does not offer ${units === undefined ? "a task without cpu" : `${units} CPU units`}; allowed: ${offered}`;
  }
  const sizes: readonly number[] = fargateMemoryMib[units];
  if (mib !== undefined && sizes.includes(mib)) return "";
  return `Fargate offers ${memoryChoices(units)} MiB with ${units} CPU units`;
}

const isOffered = (units: number | undefined): units is FargateCpu =>
  units !== undefined && Object.hasOwn(fargateMemoryMib, units);

/** One vCPU and one GB are both 1024 of the small unit. */
function sizeIn(text: string, large: RegExp): number | undefined {
  const amount = large.exec(text)?.[1];
  if (amount !== undefined) return Number(amount) * 1024;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
