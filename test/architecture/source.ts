import { readFileSync } from "node:fs";
import { basename } from "node:path";
import ts from "typescript";
import { sourcesUnder, workspaces } from "./workspaces.ts";

/** One file of the repository, parsed. `path` is relative to the root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly tree: ts.SourceFile;
}

/** One import or re-export: where it points, what it takes by name, and its line. */
export interface Import {
  readonly specifier: string;
  readonly names: readonly string[];
  readonly line: number;
}

export function parse(path: string, text: string): Source {
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every TypeScript source of the workspaces, the benchmarks and the cross-package tests. */
export function repositorySources(): readonly Source[] {
  return [...workspaces().map((folder) => `${folder}/src`), "bench/src", "test"]
    .flatMap(sourcesUnder)
    .map((path) => parse(path, readFileSync(path, "utf8")));
}

/** The package a source of `packages/` belongs to. */
export function packageOf({ path }: Source): string | undefined {
  return /^packages\/([^/]+)\/src\//.exec(path)?.[1];
}

/** Tests and what a `testing` subpath offers: allowed to know the time, to wait and to roll dice. */
export function isForTests({ path }: Source): boolean {
  return path.endsWith(".test.ts") || /\/src\/testing(\.ts$|\/)/.test(path);
}

export function fileName({ path }: Source): string {
  return basename(path, ".ts");
}

export function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Static, dynamic and type-only imports, and re-exports. */
export function importsOf({ tree }: Source): readonly Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ specifier, names: importedNames(node), line: lineOf(node) });
  });
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const from =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  return from !== undefined && ts.isStringLiteralLike(from) ? from.text : undefined;
}

function importedNames(node: ts.Node): readonly string[] {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
  return bindings !== undefined && ts.isNamedImports(bindings)
    ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
    : [];
}

/** Lines that hold code: neither blank nor comment. */
export function codeLines({ tree }: Source): number {
  const lines = new Set<number>();
  const mark = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(tree);
    if (children.length > 0) {
      children.forEach(mark);
      return;
    }
    const lineAt = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
    if (node.getWidth(tree) === 0) return;
    for (let line = lineAt(node.getStart(tree)); line <= lineAt(node.getEnd()); line++) lines.add(line);
  };
  mark(tree);
  return lines.size;
}
