import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Beside the bundle; from the sources, where the build puts it. */
const folder = [join(__dirname, "public"), join(__dirname, "../../bin/public")].find(existsSync);

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/** Everything from here, nothing inline; hls.js plays from blobs, Swagger UI has icons in data URLs. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  gzipped?: Buffer;
}

/** The static files of web page and documentation, in memory. */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>;

  /** @throws when the files have not been built. */
  constructor() {
    if (folder === undefined) {
      throw new Error("gateway/bin/public is missing; make it with `npm run build`");
    }
    this.#files = new Map(
      readdirSync(folder).map((name) => [name, readStaticFile(join(folder, name))]),
    );
  }

  /** A file's text. */
  text(name: string): string {
    const file = this.#files.get(name);
    if (!file) throw new Error(`gateway/bin/public/${name} is missing; run \`npm run build\``);
    return file.body.toString("utf8");
  }

  /** Sends a file, undefined when there is none of this name. */
  send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    const file = this.#files.get(name);
    if (!file) return undefined;
    reply.header("cache-control", "no-cache").header("etag", file.etag);
    // Also with 304: a browser puts the headers of that answer in place of those it has kept.
    if (file.type.startsWith("text/html")) reply.header("content-security-policy", pagePolicy);
    if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
    reply.header("content-type", file.type).header("vary", "accept-encoding");
    if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(file.body);
    file.gzipped ??= gzipSync(file.body);
    return reply.header("content-encoding", "gzip").send(file.gzipped);
  }
}

function readStaticFile(path: string): StaticFile {
  const body = readFileSync(path);
  const etag = `"${createHash("sha256").update(body).digest("base64url")}"`;
  return { type: types[extname(path)] ?? "application/octet-stream", body, etag };
}
