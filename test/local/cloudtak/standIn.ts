import { join } from "node:path";
import { type Cloudtak, startCloudtak } from "../../../local/cloudtak/server";

export const signingSecret = "stand-in-secret";
export const dataFile = join(__dirname, "../../../local/cloudtak/cloudtak.yaml");

export interface Answer {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted field by field.
  readonly body: any;
}

/** A stand-in with the data of the checkout, and a client. */
export interface StandIn extends Cloudtak {
  get(path: string, token?: string): Promise<Answer>;
  post(path: string, body: unknown, token?: string): Promise<Answer>;
  send(method: string, path: string, init: RequestInit): Promise<Answer>;
  /** Session token of a user of the data file. */
  signIn(username: string, password: string): Promise<string>;
}

export async function startStandIn(file = dataFile): Promise<StandIn> {
  const cloudtak = await startCloudtak({ port: 0, dataFile: file, signingSecret });
  const bearer = (token?: string): Record<string, string> =>
    token ? { authorization: `Bearer ${token}` } : {};

  const send = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(cloudtak.url + path, { method, redirect: "manual", ...init });
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return {
      status: response.status,
      type,
      body: type.startsWith("application/json") ? JSON.parse(text) : text,
    };
  };
  const post = (path: string, body: unknown, token?: string) =>
    send("POST", path, {
      headers: { "content-type": "application/json", ...bearer(token) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  return {
    ...cloudtak,
    send,
    post,
    get: (path, token) => send("GET", path, { headers: bearer(token) }),
    signIn: async (username, password) =>
      (await post("/api/login", { username, password })).body.token,
  };
}
