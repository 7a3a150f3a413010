/** A live stream as the page shows it. */
export interface Stream {
  readonly name: string;
  readonly readyTime: string | null;
  readonly ready: boolean;
  readonly source: { readonly type: string } | null;
  readonly tracks: readonly string[];
  readonly readers: readonly unknown[];
  readonly inboundBytes: number;
  readonly outboundBytes: number;
}

export interface CurrentUser {
  readonly subject: string;
  readonly admin: boolean;
  readonly authMode: "strict" | "open-read" | "compatible";
}

/** An answer other than 2xx; `message` is for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const words: Readonly<Record<number, string>> = {
  401: "User name or password is wrong.",
  403: "You may not do this.",
  404: "This stream is not live.",
  429: "Too many requests; wait a minute.",
  503: "CloudTAK or the media server does not answer; try again.",
};

async function call<T>(method: string, target: string, body?: object): Promise<T> {
  const answer = await fetch(target, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : null,
  });
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content as T;
  throw new ApiError(answer.status, words[answer.status] ?? `The server says: ${content.error}`);
}

export const fetchCurrentUser = () => call<CurrentUser>("GET", "/session");
export const signIn = (user: string, password: string) =>
  call<CurrentUser>("POST", "/session", { user, password });
export const signOut = () => call<unknown>("DELETE", "/session");
export const terminate = (name: string) => call<unknown>("POST", `/v3/paths/kick/${name}`);

/** All live streams that the user may see. */
export async function liveStreams(): Promise<Stream[]> {
  const { items } = await call<{ items: Stream[] }>("GET", "/v3/paths/list?itemsPerPage=1000");
  return items.filter(({ ready }) => ready);
}
