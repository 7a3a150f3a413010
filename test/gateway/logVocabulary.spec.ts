import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { refusalReasons } from "../../gateway/auth/refusalReasons";
import { disconnectReasons } from "../../gateway/sessions/disconnectReasons";
import { protocols } from "../../shared/protocols";

const root = join(__dirname, "../..");
const document = readFileSync(join(root, "docs/LOG.md"), "utf8");

/** Rows of the table under a heading, by their first cell. */
function rowsUnder(heading: string): Record<string, string> {
  const section = document.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  const rows = [...section.matchAll(/^\| `([^|]*)` \| (.*) \|$/gm)];
  return Object.fromEntries(rows.map(([, name = "", meaning = ""]) => [name, meaning]));
}

const namesUnder = (heading: string): string[] =>
  Object.keys(rowsUnder(heading)).flatMap((names) => names.split("`, `"));

interface LogCall {
  readonly message: string;
  readonly fields: readonly string[];
}

/** Calls in gateway/ that write a line: `log.warn({...}, "message")` and `log("message", {...})`. */
function logCalls(): LogCall[] {
  const folder = join(root, "gateway");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/^(bin|web)\//.test(path),
  );
  return paths.flatMap((path) => {
    const text = readFileSync(join(folder, path), "utf8");
    const calls: LogCall[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isLog(node.expression.getText())) {
        const message = node.arguments.find(ts.isStringLiteral)?.text;
        const detail = node.arguments.find(ts.isObjectLiteralExpression);
        const fields = detail?.properties.flatMap(({ name }) => name?.getText() ?? []) ?? [];
        if (message !== undefined) calls.push({ message, fields });
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
    return calls;
  });
}

const isLog = (callee: string): boolean =>
  /(^|[.#])log(\?\.)?(\.(debug|info|warn|error|fatal))?$/i.test(callee);

describe("docs/LOG.md", () => {
  it("lists the reasons for which sessions end", () => {
    assert.deepEqual(rowsUnder('Reasons of "disconnected"'), disconnectReasons);
  });

  it("lists the reasons for which clients are refused", () => {
    assert.deepEqual(rowsUnder('Reasons of "auth refused"'), refusalReasons);
  });

  it("lists the messages about clients, and no other", () => {
    const logged = new Set(logCalls().map(({ message }) => message));
    // Chosen by a condition where it is logged.
    for (const message of ["disconnected", "not connected"]) logged.add(message);
    const ofClients =
      /^(auth (allowed|refused|revoked)|connected|disconnected|not connected|connection .*)$/;
    const listed = [...namesUnder("Sessions"), ...namesUnder("Connections")];
    assert.deepEqual([...logged].filter((one) => ofClients.test(one)).sort(), listed.sort());
  });

  it("names a protocol in the field, so that one event has one message", () => {
    const prefix = new RegExp(`^(${protocols.map(({ key }) => key).join("|")})\\b`, "i");
    const prefixed = logCalls().filter(({ message }) => prefix.test(message));
    assert.deepEqual(prefixed, []);
  });

  it("names the client's address as every line does", () => {
    const others = logCalls().filter(({ fields }) =>
      fields.some((field) => /address/i.test(field) && field !== "clientAddress"),
    );
    assert.deepEqual(others, []);
  });
});
