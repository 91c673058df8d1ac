/** Declarations of what the package exports, made of the two files that say it, each by itself. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const EXPORTED = ['index', 'library/public'];

/** `AsyncDisposable` is younger than what most projects compile for. */
const REFERENCE = '/// <reference lib="esnext.disposable" />\n';

/** Throws where a file needs others to be declared. */
export async function writeDeclarations(root: string, target: string): Promise<void> {
  for (const name of EXPORTED) {
    const path = join(target, `${name}.d.ts`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      REFERENCE + declarationsOf(await readFile(join(root, `src/${name}.ts`), 'utf8'), name),
    );
  }
}

function declarationsOf(source: string, name: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(source, {
    fileName: `${name}.ts`,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      isolatedDeclarations: true,
      verbatimModuleSyntax: true,
    },
  });
  const [problem] = diagnostics;
  if (problem)
    throw new Error(`src/${name}.ts: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);
  // TypeScript writes the names of sources, which are not there.
  return outputText.replaceAll(/(from ['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js');
}
