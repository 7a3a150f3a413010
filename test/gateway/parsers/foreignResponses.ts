/** What is read of other systems and of signed-in clients, with inputs made to break it. See malformedInput.ts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJsonBody } from "../../../gateway/api/jsonBodyParser";
import { WebSessions } from "../../../gateway/api/page/webSession";
import { httpCredentials } from "../../../gateway/auth/credentials/httpCredentials";
import { readDecision, readListedLease } from "../../../gateway/auth/function/authClient";
import { parseHlsRequest } from "../../../gateway/hls/request";
import { UrlSigner } from "../../../gateway/hls/urlSigner";
import { readHookRequest } from "../../../gateway/mediamtx/authHook";
import { proxyHeader } from "../../../gateway/net/proxyProtocol";
import { RtmpError } from "../../../gateway/rtmp/errors";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import { pathOf } from "../../../gateway/sources/httpRelay";
import {
  maxPlaylistLines,
  maxRewrittenLength,
  rewritePlaylist,
} from "../../../gateway/sources/playlist";
import { RedirectGuard } from "../../../gateway/sources/rtspRedirects";
import { parseSource, SourceError } from "../../../gateway/sources/source";
import { parseLease } from "../../../lambda/auth/cloudtak/lease";
import { deriveKeys } from "../../../lambda/auth/crypto/keys";
import { unseal } from "../../../lambda/auth/crypto/sealedHandle";
import { isToken, looksLikeManagement, userClaims } from "../../../lambda/auth/crypto/tokens";
import { readAuthRequest, readRunning } from "../../../lambda/auth/decision/parseRequest";
import { readEvent } from "../../../lambda/auth/event";
import { buffer, longTexts, type ParserCase, parserCase, refusing, textOf } from "./malformedInput";

const keys = deriveKeys("signing-secret");
const sessions = new WebSessions();
const signatures = new UrlSigner();
const cookie = sessions.open({ user: "ann", password: "canary", token: "" })?.split(";")[0] ?? "";

/** A text with some of its characters changed. */
const altered = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 })), {
      maxLength: 4,
    })
    .map((changes) =>
      changes.reduce((all, [at, one]) => all.slice(0, at) + one + all.slice(at + 1), text),
    );

/** A row with some of its fields replaced by anything. */
const alteredRow = (row: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.anything(),
    fc
      .dictionary(fc.constantFrom(...Object.keys(row)), fc.anything(), { maxKeys: 3 })
      .map((changes) => ({ ...row, ...changes })),
  );

const leaseRow = {
  ...{ id: 3, name: "n", username: "", path: "p", expiration: null, recording: false },
  ...{ proxy: null, stream_user: "u", stream_pass: "p", read_user: "", read_pass: "" },
};
const listedLease = {
  ...{ path: "p", name: null, expiration: null, recording: false, open: false },
  ...{ proxy: null, owner: null },
};
const allow = {
  ...{ allow: true, path: "p", subject: "user:ann", admin: false, handle: "h", notAfter: null },
  ...{ reason: "expired", streamKnown: true },
};
const question = {
  ...{ action: "read", protocol: "rtsp", stream: "s", user: "u", password: "p", token: "" },
  ...{ address: "192.0.2.1", handle: "h", path: "p" },
};

const urlPieces = [
  ..."rtsp:// http:// srt:// @ : / ? # [ ] [::1] % %2f $MTX_QUERY 127.1 a.b.".split(" "),
];
const playlistPieces = [
  ...'http:// / // : , " = a ä ../ % #EXT #EXT-X-MAP:URI= #EXTINF:2,'.split(" "),
  ...["\n", "\r", 'URI="', " ", "#EXTM3U\n"],
];
const rtspAnswerPieces = ["RTSP/1.0 ", "RTSP/1.", "200 OK\r\n", "302 Found", "\r\n", "R"];

export const responseParsers: readonly ParserCase<unknown>[] = [
  parserCase({
    name: "an RTMP handshake",
    inputs: fc.oneof(
      buffer(4_000),
      buffer(40).map((tail) => Buffer.concat([Buffer.alloc(3_073, 3), tail])),
    ),
    survive: (bytes) =>
      refusing(RtmpError, () =>
        assert.ok(new ServerNegotiation(65_536).push(bytes).length <= 8_192),
      ),
  }),
  parserCase({
    name: "a source's URL",
    inputs: textOf(urlPieces),
    worst: () => longTexts(urlPieces, 65_536),
    survive: (url) => refusing(SourceError, () => assert.ok(parseSource(url).host.length <= 2_048)),
  }),
  parserCase({
    name: "a source's playlist",
    inputs: textOf(playlistPieces),
    worst: function* () {
      // The relay reads no more than 64 KiB; longer ones are refused before they are looked at.
      yield `#EXTM3U\n${"a\n".repeat(524_284)}`;
      for (const text of longTexts(playlistPieces, 65_536)) yield text;
      const host = String.fromCharCode(...Array.from({ length: 2_040 }, (_, at) => 0x4e00 + at));
      yield `//${host}\n`.repeat(10);
      yield `//${host.slice(0, 250)}\n`.repeat(86);
    },
    survive: (text) =>
      refusing(SourceError, () => {
        let urls = 0;
        const out = rewritePlaylist(text, new URL(`http://h/${"d/".repeat(900)}`), (url) => {
          urls++;
          return pathOf(url);
        });
        assert.ok(urls <= maxPlaylistLines);
        assert.ok(out.length <= maxRewrittenLength);
      }),
  }),
  parserCase({
    name: "a source's RTSP answers",
    inputs: fc.array(textOf(rtspAnswerPieces), { maxLength: 8 }),
    worst: function* () {
      for (const text of longTexts(rtspAnswerPieces, 65_536)) {
        yield [text];
        yield [...text.slice(0, 1_000)];
      }
    },
    survive: (texts) => {
      const guard = new RedirectGuard();
      let length = 0;
      let isRefused = false;
      for (const text of texts) {
        if (isRefused) return;
        guard._transform(Buffer.from(text), "latin1", (error, data: Buffer | undefined) => {
          isRefused = error instanceof SourceError;
          length += data?.length ?? 0;
        });
      }
      assert.ok(length <= Buffer.byteLength(texts.join("")));
    },
  }),
  parserCase({
    name: "credentials of an HTTP request",
    inputs: fc.tuple(
      textOf(["Basic ", "Bearer ", " ", "dTpw", ":", "=", "\t"]),
      textOf(["token=", "jwt=", "user=", "pass=", "&", "%", "%2", "+", "a"]),
    ),
    worst: function* (): Generator<[string, string]> {
      for (const text of longTexts(["Basic ", " ", "dTpw", ":", "\t"], 16_384)) yield [text, ""];
      for (const text of longTexts(["token=", "user=", "&", "%", "%2", "+"], 16_384)) {
        yield ["", text];
      }
    },
    survive: ([authorization, query]) => {
      const found = httpCredentials(authorization, new URLSearchParams(query));
      if (found) assert.ok(found.user.length <= authorization.length + query.length);
    },
  }),
  parserCase({
    name: "the signature of an HLS request",
    inputs: textOf(["session=", ".", "0", "a".repeat(43), "-", "%"]),
    survive: (query) => {
      const request = parseHlsRequest(`/cam/video1_stream.m3u8?${query}`);
      assert.equal(request && signatures.sessionIdOf(request), undefined);
    },
  }),
  parserCase({
    name: "a client's address in a PROXY header",
    inputs: fc.tuple(textOf(["::", "ffff:", "192.0.2.1", "%", ".", "a"]), fc.nat(65_535)),
    survive: ([address, port]) => {
      const header = proxyHeader(address, port, "127.0.0.1", 1).toString("latin1");
      assert.match(header, /^PROXY [ -~]{1,99}\r\n$/);
    },
  }),
  parserCase({
    name: "a JSON body",
    inputs: fc.oneof(
      fc.json(),
      textOf(["[", "]", "{", "}", '"a":', ",", "1", "null", "\\u", "1e9"]),
    ),
    worst: () => longTexts(["[", "{", '{"a":', "1,", "[],", '"', "\\u", "1e9"], 65_536),
    survive: (text) => refusing(Error, () => void parseJsonBody(text)),
  }),
  parserCase({
    name: "MediaMTX's question to its hook",
    inputs: fc.oneof(
      fc.json(),
      textOf(["[", "]", "{", "}", '"action":"read"', '"path":"', ",", '"', "null"]),
    ),
    worst: function* () {
      yield* longTexts(["[", "{", '{"a":', "1,", '"'], 65_536);
      const texts = {
        path: "p".repeat(20_000),
        user: "u".repeat(20_000),
        password: "%".repeat(20_000),
      };
      yield JSON.stringify({ action: "read", protocol: "rtsp", id: "1", ...texts });
    },
    survive: (text) => void readHookRequest(text),
  }),
  parserCase({
    name: "a cookie",
    inputs: fc.oneof(
      altered(cookie),
      textOf(["; ", "=", cookie.slice(0, 20), "__Host-tak-media="]),
    ),
    worst: () => longTexts(["; ", "=", ";", cookie, "__Host-tak-media=", "A"], 16_384),
    survive: (header) => {
      const found = sessions.read(header);
      assert.ok(found === undefined || header.includes(cookie));
    },
  }),
  parserCase({
    name: "a row of CloudTAK's leases",
    inputs: alteredRow(leaseRow),
    worst: function* () {
      const long = "/".repeat(1_100_000);
      for (const key of Object.keys(leaseRow)) yield { ...leaseRow, [key]: long };
      yield Object.fromEntries(Object.keys(leaseRow).map((key) => [key, `${key}${long}`]));
    },
    survive: (row) => void parseLease(keys, row),
  }),
  parserCase({
    name: "what the auth function answers",
    inputs: fc.tuple(alteredRow(listedLease), alteredRow(allow)),
    worst: function* (): Generator<[unknown, unknown]> {
      for (const text of longTexts(["/", ".", "a", "%"], 1_000_000)) {
        yield [
          { ...listedLease, path: text, name: text },
          { ...allow, path: text },
        ];
      }
    },
    survive: ([lease, decision]) => {
      readListedLease(lease);
      readDecision(decision);
    },
  }),
  parserCase({
    name: "what the gateway asks the auth function",
    inputs: alteredRow(question),
    worst: function* () {
      for (const text of longTexts(["/", ".", "a", "%"], 8_192)) {
        for (const key of ["stream", "user", "password", "token", "handle", "path"]) {
          yield { ...question, [key]: text };
        }
      }
      yield { ...question, stream: "a/".repeat(127), password: "a", token: "/".repeat(8_192) };
    },
    survive: (value) => {
      readAuthRequest(value);
      readRunning(value);
      refusing(Error, () => void readEvent(value));
    },
  }),
  parserCase({
    name: "a sealed handle",
    inputs: textOf(["A", "-", "_", "=", "eyJ", "\u0000"]),
    worst: () => longTexts(["A", "-", "=", "eyJ"], 1_000_000),
    survive: (handle) => assert.equal(unseal(keys, handle), null),
  }),
  parserCase({
    name: "a token",
    inputs: textOf([
      "etl.",
      "eyJhbGciOiJIUzI1NiJ9",
      ".",
      "eyJhY2Nlc3MiOiJ1c2VyIn0",
      "-",
      "_",
      "e30",
    ]),
    worst: () => longTexts(["etl.", "eyJhbGciOiJIUzI1NiJ9", ".", "-", "e30", "W1"], 8_192),
    survive: (token) => {
      isToken(token);
      looksLikeManagement(token);
      userClaims(token);
    },
  }),
];
