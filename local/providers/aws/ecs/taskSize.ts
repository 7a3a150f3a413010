/** CPU units of "1024" or "1 vCPU". */
export function cpuUnits(text: string | undefined): number | undefined {
  const match = /^(\d*\.?\d+)\s*(vcpu)?$/i.exec(text ?? "");
  return match ? Number(match[1]) * (match[2] ? 1024 : 1) : undefined;
}

/** MiB of "2048" or "2 GB". */
export function memoryMib(text: string | undefined): number | undefined {
  const match = /^(\d*\.?\d+)\s*(gb)?$/i.exec(text ?? "");
  return match ? Number(match[1]) * (match[2] ? 1024 : 1) : undefined;
}
