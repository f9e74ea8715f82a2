/**
 * Generates the reference pages of docs/ from the tables in src/, so that they cannot diverge. The prose
 * about limits, leniencies and anomalies is taken from their doc comments.
 */

import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { JOINT_RULES, REQUEST_MOVES, RESPONSE_MOVES } from '../../src/connection/rules.ts'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { DEFAULT_LIMITS, LINE_LIMITS, MAX_LINE } from '../../src/limits.ts'
import { ANOMALIES } from '../../src/message/anomalies.ts'

const MADE_BY = '<!-- Made by `npm run docs` from the tables in src/. Do not edit. -->'

/** The pages, by their file names in docs/. */
export function renderDocs(): Record<string, string> {
  return {
    'errors.md': renderErrors(),
    'limits.md': renderLimits(),
    'connection.md': renderConnection(),
  }
}

function renderErrors(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  return page(
    '# Errors',
    MADE_BY,
    `Everything that can be wrong with a message has a code of its own. An \`HttpError\` carries the
\`code\`, the absolute \`offset\` of the first byte that is wrong, the \`status\` to answer with, the
clause (\`rfc\`) that says so, and the \`side\` that broke the rule: \`remote\` for bytes received,
\`local\` for what the program asks to be written and may not be, and for a call that does not fit
the state (\`WRONG_STATE\`).`,
    `The status is that of a server's answer to a bad request. For a bad response it is always 502,
what a gateway answers; for what the program did wrong it is 500. After an error of the peer the
connection cannot be used further, since nobody knows where the next message begins. After a \`local\`
one nothing has changed, and another event can be written instead.`,
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
\`anomalies\`; what one lets in in a chunk line, after chunk data or in a trailer section is not told.`,
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

function renderConnection(): string {
  return page(
    '# Connections',
    '<!-- Made by `npm run docs` from src/connection/rules.ts and this text in test/support. -->',
    `\`ServerConnection\` and \`ClientConnection\` know whose turn it is: bytes go in by \`receive(chunk)\`
and \`receiveEnd()\`, events come out by \`read()\`, and \`send(event)\` or \`sendMessage(message)\` give the
bytes to write. No socket, no timer. [Over Node's streams](node.md) there is \`httpwire/node\`;
[a client that pipelines](../examples/pipelining-client.mjs) shows one over a plain socket.`,
    `A connection has two sides, \`requests\` and \`responses\`, each in one of the states below. An event
that a state does not know is a local \`HttpError\` (\`WRONG_STATE\`) where the program made it, before
a byte leaves; where the peer made it, the rule that it broke has a code of its own.`,
    '## Requests',
    diagram(REQUEST_MOVES),
    `The second head from \`complete\` is that of a client that pipelines: \`pipelining: true\`, and only
after idempotent methods (RFC 9112 s. 9.3.2). A server reads the next request when the response to
this one is complete.`,
    '## Responses',
    diagram(RESPONSE_MOVES),
    `\`interim\` is any 1xx but 101. \`switch\` ends a response that leaves HTTP: 101, or 2xx to CONNECT.
A head from \`idle\` is a server's own, as 408 is; a client refuses it (\`UNSOLICITED_RESPONSE\`).`,
    '## How each side follows from the other',
    `After each event these are applied from the top, until none changes anything. *Persists*: neither
side has said \`close\`, by its version or its fields, and nobody called \`retire()\`. *Waiting*: the
client has sent further requests already.`,
    table(
      ['requests', 'responses', 'where', 'become', 'because'],
      JOINT_RULES.map(({ requests, responses, persistent, waiting, become, why }) => [
        requests.join(', '),
        responses.join(', '),
        [condition(persistent, 'it persists'), condition(waiting, 'waiting')]
          .filter((text) => text !== '')
          .join(', '),
        Object.entries(become)
          .map(([side, state]) => `${side}: ${state}`)
          .join('; '),
        why,
      ]),
    ),
    '## Questions that a program asks',
    table(
      ['', 'server', 'client'],
      [
        ['`reusable`', 'the next request may come', 'a request may be sent'],
        ['`mustClose`', 'nothing is left to send but the end', 'nothing is left to do but to end'],
        ['`wantsInput`', 'bytes can be of use: else stop reading, and nothing piles up', '-'],
        ['`isIdle`', 'nothing of a next request has come', '-'],
        ['`persistent`', 'nobody has said `close`', 'nobody has said `close`'],
        [
          '`awaitsContinue`',
          'the client may be waiting for a 100: send it, or read on and it will send in time, or refuse with a final response, which ends the connection',
          'no 100 has come: wait some time, then send content all the same',
        ],
        ['`switched`', '`takeRest()` has what follows', '`takeRest()` has what follows'],
        ['`unanswered`', '-', 'the requests that nothing answers, and which may be sent again'],
      ],
    ),
    '## What the connection adds',
    `To a final response without Content-Length and Transfer-Encoding: a Content-Length, by
\`sendMessage\`; else the chunked coding, or, for HTTP/1.0, nothing: its content ends with the
connection. \`Connection: close\` where this exchange is the last, \`keep-alive\` where an HTTP/1.0
client asked for it. A Date, if the connection was made with \`date\`, a clock. Nothing is added to
requests, but Content-Length by \`sendMessage\`.`,
    '## How a connection ends',
    `A client that is told of the end by \`receiveEnd()\` learns by \`read()\` which it was: between
exchanges it is the end (\`closed\`); inside a response \`TRUNCATED\`; before a response that is due
\`UNANSWERED\`. \`unanswered\` then lists the requests without a final response, and says of each
whether it is \`retryable\`: its method is idempotent and nothing of an answer has come.`,
    `A server answers a request that breaks a rule with the error's \`status\`, if no response has begun,
and ends: after an error the next message cannot be found. Content that the program does not want
has to be read, or the connection has to end.

A CONNECT that is declined is the last request if more had come after it: that was meant for the
tunnel. What comes later is read as a request, since a client may ask again, with credentials say;
where nobody vouches that clients wait for the answer, \`retire()\` before it is sent.`,
  )
}

/** A table of moves as a Mermaid diagram; moves between the same states share an arrow. */
function diagram(moves: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const lines = Object.entries(moves).flatMap(([from, events]) => {
    const targets = new Map<string, string[]>()
    for (const [event, to] of Object.entries(events)) {
      targets.set(to, [...(targets.get(to) ?? []), event])
    }
    return [...targets].map(([to, names]) => `    ${from} --> ${to}: ${names.join(', ')}`)
  })
  const fence = '```'
  return [`${fence}mermaid`, 'stateDiagram-v2', '    [*] --> idle', ...lines, fence].join('\n')
}

function condition(value: boolean | undefined, text: string): string {
  if (value === undefined) return ''
  return value ? text : `not: ${text}`
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
