import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The guide's curl line with a login, "" for none; status and body. */
export async function curl(
  login: string,
  ...args: string[]
): Promise<{ status: number; body: string }> {
  const options = ["-ks", "--max-time", "20", "-w", "\n%{http_code}"];
  if (login !== "") options.push("-u", login);
  const { stdout: text } = await promisify(execFile)("curl", [...options, ...args]);
  const end = text.lastIndexOf("\n");
  return { status: Number(text.slice(end + 1)), body: text.slice(0, end) };
}
