/**
 * Makes the reference pages of docs/ from the tables in src/, so that neither can say what the
 * other does not. The prose of limits, leniencies and anomalies is their doc comment.
 */

import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { DEFAULT_LIMITS, LINE_LIMITS, MAX_LINE } from '../../src/limits.ts'
import { ANOMALIES } from '../../src/message/anomalies.ts'

const MADE_BY = '<!-- Made by `npm run docs` from the tables in src/. Do not edit. -->'

/** The pages by their file name in docs/. */
export function renderDocs(): Record<string, string> {
  return { 'errors.md': renderErrors(), 'limits.md': renderLimits() }
}

function renderErrors(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  return page(
    '# Errors',
    MADE_BY,
    `Everything that can be wrong with a message has a code of its own. An \`HttpError\` carries the
\`code\`, the absolute \`offset\` of the first byte that is wrong, the \`status\` to answer with, the
clause (\`rfc\`) that says so, and the \`side\` that broke the rule: \`remote\` for bytes received,
\`local\` for a call that does not fit the state (\`WRONG_STATE\`).`,
    `The status is that of a server's answer to a bad request. For a bad response it is always 502,
what a gateway answers. Behind an error the connection cannot be used further: where the next
message would begin is not known.`,
    table(
      ['code', 'status', 'clause', 'what is wrong'],
      codes.map((code) => {
        const { status, rfc, text } = ERRORS[code]
        return [`\`${code}\``, `${status}`, rfc, text]
      }),
    ),
  )
}

function renderLimits(): string {
  const limits = docComments('src/limits.ts', 'Limits')
  const leniencies = docComments('src/limits.ts', 'Leniency')
  return page(
    '# Limits, leniencies, anomalies',
    MADE_BY,
    '## Limits',
    `A parser bounds everything that a peer can repeat. Each limit is inclusive; what is larger is
refused with the code beside it, never cut off and never skipped. Set some with
\`new RequestParser({ limits: { maxHead: 16384 } })\`; the others keep their defaults
(\`DEFAULT_LIMITS\`). A limit is an integer from 1 to ${Number.MAX_SAFE_INTEGER}, or to ${MAX_LINE}
for ${listed([...LINE_LIMITS])}.`,
    `What a parser holds is bounded by them too: the head, trailer section or chunk line that a chunk
cut is copied, and nothing else. Chunks that were pushed and not read are held by reference.`,
    table(
      ['limit', 'default', 'counts', 'code'],
      Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
        `\`${name}\``,
        value === Number.MAX_SAFE_INTEGER ? '2^53-1' : `${value}`,
        comment(limits, name),
        `\`${codeOfLimit(name)}\``,
      ]),
    ),
    '## Leniencies',
    `Each widens one rule and nothing else, and is off unless it is named:
\`new RequestParser({ leniency: { allowBareLf: true } })\`. A head that needed one says so in its
\`anomalies\`.`,
    table(
      ['leniency', 'what it does'],
      [...leniencies].map(([name, text]) => [`\`${name}\``, text]),
    ),
    '## Anomalies',
    `What was wrong with a head and let in all the same, because the RFC lets a recipient repair it and
it cannot move a message boundary, or because a leniency allows it. Reported in \`head.anomalies\`.`,
    table(
      ['anomaly', 'what was wrong'],
      ANOMALIES.map((name) => [`\`${name}\``, comment(anomalyComments(), name)]),
    ),
  )
}

function codeOfLimit(limit: string): string {
  const code = Object.entries(ERRORS).find(([, { text }]) => text.endsWith(` ${limit}`))?.[0]
  if (code === undefined) throw new Error(`no error names ${limit}`)
  return code
}

/** The doc comments of an interface's members. */
function docComments(file: string, interfaceName: string): Map<string, string> {
  const comments = new Map<string, string>()
  const source = parseSource(file)
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== interfaceName) continue
    for (const member of statement.members) {
      comments.set(member.name?.getText(source) ?? '', docComment(member, source))
    }
  }
  return comments
}

/** The doc comments of the members of the array ANOMALIES. */
function anomalyComments(): Map<string, string> {
  const source = parseSource('src/message/anomalies.ts')
  const comments = new Map<string, string>()
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      for (const element of node.elements) {
        if (ts.isStringLiteral(element)) comments.set(element.text, docComment(element, source))
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return comments
}

function parseSource(file: string): ts.SourceFile {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

function docComment(node: ts.Node, source: ts.SourceFile): string {
  const range = ts.getLeadingCommentRanges(source.text, node.getFullStart())?.at(-1)
  if (range === undefined) return ''
  return source.text
    .slice(range.pos, range.end)
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, '').trim())
    .join(' ')
    .trim()
}

function comment(comments: Map<string, string>, name: string): string {
  const text = comments.get(name)
  if (!text) throw new Error(`${name} has no doc comment`)
  return text
}

function listed(names: string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

function page(...blocks: string[]): string {
  return `${blocks.join('\n\n')}\n`
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
