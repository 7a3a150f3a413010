import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy in front of CloudTAK that keeps what CloudTAK's access log would show. */
export interface RecordingProxy {
  readonly url: string;
  /** Paths and queries so far. */
  readonly seen: string[];
  close(): Promise<void>;
}

export async function startRecordingProxy(cloudtakUrl: string): Promise<RecordingProxy> {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "", headers } = request;
    seen.push(url);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(`${cloudtakUrl}${url}`, {
      method,
      headers: {
        authorization: headers.authorization ?? "",
        "content-type": headers["content-type"] ?? "",
      },
      ...(method === "POST" ? { body: Buffer.concat(chunks) } : {}),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
