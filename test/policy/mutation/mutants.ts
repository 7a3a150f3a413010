import * as ts from "typescript";

/** A file with one condition turned into its opposite. */
export interface Mutant {
  readonly line: number;
  /** Constant of the file in which the change is, e.g. `listenerEncrypted`. */
  readonly owner: string;
  readonly change: string;
  readonly text: string;
}

const opposites = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, ">="],
  [ts.SyntaxKind.LessThanEqualsToken, ">"],
  [ts.SyntaxKind.GreaterThanToken, "<="],
  [ts.SyntaxKind.GreaterThanEqualsToken, "<"],
]);

/** Functions of the kit and of arrays whose exchange turns a condition round. */
const exchanged: Readonly<Record<string, string>> = {
  allOf: "anyOf",
  anyOf: "allOf",
  some: "every",
  every: "some",
};

/** Every condition in a file turned round, one at a time. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const replace = (node: ts.Node, by: string) => {
    const start = node.getStart(source);
    mutants.push({
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      owner: ownerOf(node),
      change: `${node.getText(source).replace(/\s+/g, " ")} -> ${by.replace(/\s+/g, " ")}`,
      text: `${text.slice(0, start)}${by}${text.slice(node.getEnd())}`,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    const own = node.getText(source);
    if (ts.isIfStatement(node)) replace(node.expression, `!(${node.expression.getText(source)})`);
    if (ts.isConditionalExpression(node)) {
      replace(node.condition, `!(${node.condition.getText(source)})`);
    }
    if (ts.isBinaryExpression(node)) {
      const opposite = opposites.get(node.operatorToken.kind);
      if (opposite) replace(node.operatorToken, opposite);
    }
    if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name
        : node.expression;
      const other = exchanged[name.getText(source)];
      if (other && node.arguments.length > 0) replace(name, other);
      const isFinding = /^(found|report)\.(require|refuse)$/.test(node.expression.getText(source));
      const [at, condition] = node.arguments;
      if (isFinding && name.getText(source) === "require" && condition && at) {
        replace(condition, `((property) => !(${condition.getText(source)})(property))`);
      }
      if (isFinding && name.getText(source) === "refuse" && at) {
        replace(at, `(require("../kit/answer").not(${at.getText(source)}))`);
      }
      if (isFinding) replace(node, "undefined");
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, `(${own.slice(1)})`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** The constant or function of the file that a node is in. */
function ownerOf(node: ts.Node): string {
  if (ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent)) {
    return node.name.getText();
  }
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? "";
  return node.parent ? ownerOf(node.parent) : "";
}
