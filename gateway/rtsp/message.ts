/** A request as it stands on the wire; text is latin1, so that every byte survives. */
export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export type Header = readonly [name: string, value: string];

/** The peer does not speak RTSP as it should; the connection is of no use then. */
export class RtspError extends Error {
  override readonly name = "RtspError";

  constructor(
    readonly status: number,
    readonly phrase: string,
    message: string,
  ) {
    super(message);
  }
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
// FFmpeg sends a URL as typed, a space in a password included.
const requestLine = new RegExp(`^(${token}) ([\\x20-\\x7e\\x80-\\xff]+) ([A-Z]+/\\d\\.\\d)$`);
// A value begins with no blank, so that a long run of blanks can be read in one way only.
const headerLine = new RegExp(
  `^(${token}):[ \\t]*([\\x21-\\x7e\\x80-\\xff][\\t\\x20-\\x7e\\x80-\\xff]*)?$`,
);
const maxHeaders = 100;

/**
 * Reads request line and headers. What MediaMTX might read in another way (odd white space, stray line
 * ends, a repeated Content-Length) is refused, so that both always see the same messages.
 *
 * @throws RtspError with the status to answer
 */
export function parseHead(
  head: string,
): Omit<RtspRequest, "body"> & { readonly bodyLength: number } {
  const [first = "", ...lines] = head.split("\r\n");
  const request = requestLine.exec(first);
  const [, method = "", url = "", version] = request ?? [];
  if (version?.startsWith("HTTP/")) {
    throw new RtspError(501, "Not Implemented", "RTSP over HTTP is not served, use rtsps or rtsp");
  }
  if (!request) throw badRequest("the request line is malformed");
  if (version !== "RTSP/1.0") {
    throw new RtspError(505, "RTSP Version Not Supported", "the RTSP version is not 1.0");
  }
  if (lines.length > maxHeaders) throw badRequest(`more than ${maxHeaders} headers`);
  const headers = lines.map((line): Header => {
    const [, name, value = ""] = headerLine.exec(line) ?? [];
    if (name === undefined) throw badRequest("a header line is malformed");
    return [name, value];
  });
  return { method, url, headers, bodyLength: contentLength(headers) };
}

function contentLength(headers: readonly Header[]): number {
  const lengths = headers.filter(([name]) => name.toLowerCase() === "content-length");
  if (lengths.length === 0) return 0;
  const text = lengths[0]?.[1] ?? "";
  if (lengths.length > 1 || !/^\d{1,9}$/.test(text))
    throw badRequest("Content-Length is malformed");
  return Number(text);
}

export function badRequest(message: string): RtspError {
  return new RtspError(400, "Bad Request", message);
}

/** First header of that name, in any case. */
export function headerOf(request: Pick<RtspRequest, "headers">, name: string): string | undefined {
  return request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The request's bytes; Content-Length is set from the body. */
export function serializeRequest(request: RtspRequest): Buffer {
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== "content-length");
  if (request.body.length > 0) headers.push(["Content-Length", String(request.body.length)]);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${request.method} ${request.url} RTSP/1.0\r\n${lines}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), request.body]);
}

/** A response without body; CSeq is the request's. */
export function response(
  request: Pick<RtspRequest, "headers">,
  status: number,
  phrase: string,
  headers: readonly Header[] = [],
): Buffer {
  const cseq = headerOf(request, "cseq");
  const all = [...(cseq === undefined ? [] : [["CSeq", cseq]]), ...headers];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`RTSP/1.0 ${status} ${phrase}\r\n${lines}\r\n`, "latin1");
}
