/**
 * Rules of CONTRIBUTING.md for the files of src/ that neither the compiler nor the linter checks: how wire
 * data may be processed, how a file begins, and how long it may be.
 */

import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const SRC = new URL('../src/', import.meta.url)

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort()

const textOf = (file: string) => readFileSync(new URL(file, SRC), 'utf8')

/** Folders whose code processes what is on the wire. */
const WIRE = ['grammar', 'message', 'parser', 'serializer', 'connection']

/** Methods that know Unicode where the wire has bytes, or accept more than a grammar does. */
const LAX_METHODS = [
  ...['trim', 'trimStart', 'trimEnd', 'toLowerCase', 'toLocaleLowerCase', 'split'],
  ...['parseInt', 'parseFloat'],
]
const LAX_FUNCTIONS = ['parseInt', 'parseFloat', 'Number', 'RegExp']

/** The calls and regular expressions in `source` that must not be used on wire data. */
function laxities(source: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text)
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const { expression } = node
      const isLax = ts.isPropertyAccessExpression(expression)
        ? LAX_METHODS.includes(expression.name.text)
        : ts.isIdentifier(expression) && LAX_FUNCTIONS.includes(expression.text)
      if (isLax) found.push(expression.getText())
    }
    // A function that is passed on, as in `map(Number)`.
    if (ts.isCallExpression(node)) {
      const passed = node.arguments.filter(ts.isIdentifier).map(({ text }) => text)
      found.push(...passed.filter((name) => LAX_FUNCTIONS.includes(name)))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true))
  return found
}

describe('code that processes wire data', () => {
  test.each([
    ['text.trim()', 'text.trim'],
    ['text?.toLowerCase()', 'text?.toLowerCase'],
    ["text.split(',')", 'text.split'],
    ['parseInt(text, 10)', 'parseInt'],
    ['Number.parseInt(text)', 'Number.parseInt'],
    ['Number(text)', 'Number'],
    ['digits.map(Number)', 'Number'],
    ['isDigits = /^\\d+$/.test(text)', '/^\\d+$/'],
    ["new RegExp('a')", 'RegExp'],
  ])('is found to use what it must not: %s', (source, lax) => {
    expect(laxities(source)).toEqual([lax])
  })

  test.each([
    '// text.trim()',
    "'text.trim()'",
    'Number.isSafeInteger(n)',
    'a / b / c',
    'split(a)',
  ])('may contain %s', (source) => {
    expect(laxities(source)).toEqual([])
  })

  test.each(WIRE)('uses strict helpers only, and no regular expression: src/%s', (folder) => {
    const own = files.filter((file) => file.startsWith(`${folder}/`))
    expect(own.length).toBeGreaterThan(5)
    const found = own.flatMap((file) => laxities(textOf(file)).map((lax) => `${file}: ${lax}`))
    expect(found).toEqual([])
  })
})

describe('the files of src/', () => {
  test('begin with a comment that says what they are for, after a shebang in the command', () => {
    const others = files.filter((file) => !/^\/\*\*\n \* \S/.test(textOf(file)))
    expect(others).toEqual(['cli/main.ts'])
    expect(textOf('cli/main.ts')).toMatch(/^#!\S+ node\n\/\*\*\n \* \S/)
  })

  test('have at most 330 lines', () => {
    expect(files.filter((file) => textOf(file).split('\n').length - 1 > 330)).toEqual([])
  })
})
