/**
 * Shared by the tests of the installed package: runs programs in node, compiles them with TypeScript, and
 * compares the declared values of an entry with its exports.
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { expect } from 'vitest'
import { type Ended, execute, type InstalledPackage, repository } from './installed-package.ts'

/** Runs node in the folder of the program with the package. */
export function runNode({ folder }: InstalledPackage, ...argv: string[]): Promise<Ended> {
  return execute(process.execPath, argv, folder)
}

/** Expects that an entry exports exactly the values that its types declare. */
export async function expectDeclared(installed: InstalledPackage, entry: string): Promise<void> {
  const file = join(installed.folder, `node_modules/httpwire/dist/${entry}`)
  const script = `import * as all from '${file}.js'; console.log(JSON.stringify(Object.keys(all)))`
  const { stdout } = await runNode(installed, '--input-type=module', '--eval', script)
  expect(JSON.parse(stdout)).toEqual(declaredValues(`${file}.d.ts`))
}

/** The names that the types declare as values, sorted like the keys of a module. */
function declaredValues(file: string): string[] {
  const program = ts.createProgram([file], { noEmit: true, types: [] })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  if (symbol === undefined) throw new Error(`${file} is no module`)
  return checker
    .getExportsOfModule(symbol)
    .filter((exported) => !exported.declarations?.some(ts.isTypeOnlyExportDeclaration))
    .filter((exported) => (resolve(checker, exported).flags & ts.SymbolFlags.Value) !== 0)
    .map(({ name }) => name)
    .sort()
}

function resolve(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
}

export const WELL: Ended = { code: 0, stdout: '', stderr: '' }

/** Compiles files of a program with the package, with strict options. */
export async function compile(
  installed: InstalledPackage,
  name: string,
  module: string,
  moduleResolution: string,
  files: Record<string, string>,
): Promise<Ended> {
  const folder = join(installed.folder, name)
  await mkdir(folder)
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022'],
    types: [],
    module,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmit: true,
  }
  const config = { compilerOptions, files: Object.keys(files) }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return runNode(
    installed,
    join(repository, 'node_modules/typescript/bin/tsc'),
    '--project',
    folder,
  )
}
