import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import type { Example } from "./example.ts";

/** Writes each example to a module of its own below `folder` (emptied first); gives their paths in order. */
export function writeExamples(folder: string, examples: readonly Example[]): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  return examples.map(({ readme, line, code }) => {
    const file = resolve(folder, `${readme.replaceAll(/[^a-z0-9]+/gi, "-")}-${line}.ts`);
    // A module even if it imports nothing, so that examples do not see each other's names.
    writeFileSync(file, `${code}export {};\n`);
    return file;
  });
}

/** Type-checks files as one program with the repository's own settings; the faults of each, by file. */
export function typeFaults(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    "tsconfig.json",
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
      },
    },
  ) ?? { options: {} };
  const program = ts.createProgram(files, { ...options, incremental: false, noEmit: true });
  return new Map(
    files.map((file) => {
      const tree = program.getSourceFile(file);
      const diagnostics = [...program.getSyntacticDiagnostics(tree), ...program.getSemanticDiagnostics(tree)];
      return [file, diagnostics.map(sentence)];
    }),
  );
}

function sentence({ file, start, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line;
  return `line ${line + 1} of the block: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}
