/**
 * Generates the reference pages of docs/ from the tables in src/, so that they cannot diverge. The prose
 * about limits, leniencies and anomalies is taken from their doc comments.
 */

import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { JOINT_RULES, REQUEST_MOVES, RESPONSE_MOVES } from '../../src/connection/rules.ts'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { DEFAULT_LIMITS, LINE_LIMITS, MAX_LINE, MAY_BE_ZERO } from '../../src/limits.ts'
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
clause that is broken (\`rfc\`), and the \`side\` that broke it: \`remote\` for received bytes, \`local\` for
something that the program may not write, or a call that does not fit the state (\`WRONG_STATE\`).`,
    `The status is what a server answers a bad request with. For a bad response it is always 502, the
answer of a gateway; for a mistake of the program it is 500. After a \`remote\` error the connection cannot
be used any more, since nobody knows where the next message begins. A \`local\` error in writing changes nothing:
another event can be written instead.`,
    table(
      ['code', 'status', 'clause', 'what is wrong'],
      codes.map((code) => {
        const [status, rfc, text] = ERRORS[code]
        return [`\`${code}\``, `${status}`, rfc, text]
      }),
    ),
  )
}

function renderLimits(): string {
  const limits = docComments('src/limits.ts', 'Limits')
  const leniencies = docComments('src/limits.ts', 'Leniency')
  const anomalies = elementComments('src/message/anomalies.ts', 'ANOMALIES')
  return page(
    '# Limits, leniencies, anomalies',
    MADE_BY,
    '## Limits',
    `A parser bounds everything that a peer can repeat. Each limit is inclusive; anything larger is
refused with the code beside it, never truncated or skipped. Set some with
\`new RequestParser({ limits: { maxHead: 16384 } })\`; the others keep their defaults
(\`DEFAULT_LIMITS\`). A limit is an integer from 1 to ${Number.MAX_SAFE_INTEGER}, or to ${MAX_LINE}
for ${listed([...LINE_LIMITS])}; ${listed([...MAY_BE_ZERO])} may also be 0.`,
    `Limits also bound the memory of a parser: it copies a head, trailer section or chunk line that was cut
by the end of a chunk, and nothing else. Chunks that have been pushed but not read are held by reference,
and so is a chunk of at most 4 kB that is the beginning of a head.`,
    table(
      ['limit', 'default', 'counts', 'code'],
      Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
        `\`${name}\``,
        value === Number.MAX_SAFE_INTEGER ? '2^53-1' : `${value}`,
        comment(limits, name),
        codesOfLimit(name),
      ]),
    ),
    '## Leniencies',
    `Each relaxes exactly one rule, and is off by default:
\`new RequestParser({ leniency: { allowBareLf: true } })\`. A head that needed a leniency says so in its
\`anomalies\`; its use in a chunk line, after chunk data or in a trailer section is not reported.`,
    table(
      ['leniency', 'what it does'],
      [...leniencies].map(([name, text]) => [`\`${name}\``, text]),
    ),
    '## Anomalies',
    `What was wrong with a head but was accepted, because the RFC lets a recipient repair it and it cannot
move a message boundary, or because a leniency allows it. Reported in \`head.anomalies\`.`,
    table(
      ['anomaly', 'what was wrong'],
      ANOMALIES.map((name, index) => [`\`${name}\``, anomalies[index] ?? '']),
    ),
  )
}

function renderConnection(): string {
  const reasons = elementComments('src/connection/rules.ts', 'JOINT_RULES')
  return page(
    '# Connections',
    '<!-- Made by `npm run docs` from src/connection/rules.ts and this text in test/support. -->',
    `\`ServerConnection\` and \`ClientConnection\` keep track of both directions of a connection. Bytes go
in with \`receive(chunk)\` and \`receiveEnd()\`, events come out of \`read()\`, and \`send(event)\` or
\`sendMessage(message)\` return the bytes to write. They have no socket and no timer:
[\`httpwire/node\`](node.md) runs them over Node's streams. [A client that pipelines](../examples/pipelining-client.mjs)
and the server below show them over a plain socket.`,
    `A connection has two sides, \`requests\` and \`responses\`, each in one of the states below. If the
program sends an event that the state does not allow, that is a local \`HttpError\` (\`WRONG_STATE\`),
thrown before a byte is written. If the peer does, the error names the rule it broke.`,
    '## Requests',
    diagram(REQUEST_MOVES),
    `The head that leaves \`complete\` is sent by a client that pipelines: it needs \`pipelining: true\`, and
all outstanding requests must have idempotent methods (RFC 9112 s. 9.3.2). A server reads the next request
when the response to the current one is complete.`,
    '## Responses',
    diagram(RESPONSE_MOVES),
    `\`interim\` is any 1xx but 101. \`switch\` ends a response that leaves HTTP: a 101, or a 2xx to CONNECT.
In \`idle\`, a server may send a response without a request, such as a 408; a client refuses it
(\`UNSOLICITED_RESPONSE\`).`,
    '## How each side follows from the other',
    `After each event these rules are applied from the top, until none changes anything. *It persists*:
neither side has said \`close\`, by its version or its fields, and \`retire()\` has not been called.
*Waiting*: the client has already sent further requests.`,
    table(
      ['requests', 'responses', 'where', 'become', 'because'],
      JOINT_RULES.map(({ requests, responses, persistent, waiting, become }, index) => [
        requests.join(', '),
        responses.join(', '),
        [condition(persistent, 'it persists'), condition(waiting, 'waiting')]
          .filter((text) => text !== '')
          .join(', '),
        Object.entries(become)
          .map(([side, state]) => `${side}: ${state}`)
          .join('; '),
        reasons[index] ?? '',
      ]),
    ),
    '## Questions that a program asks',
    table(
      ['', 'server', 'client'],
      [
        ['`reusable`', 'the next request may come', 'a request may be sent'],
        [
          '`mustClose`',
          'nothing is left but to end this side',
          'nothing is left but to end this side',
        ],
        [
          '`wantsInput`',
          'more bytes can be used; stop reading from the socket while it is false',
          '-',
        ],
        ['`isIdle`', 'no part of a next request has come', '-'],
        ['`persistent`', 'nobody has said `close`', 'nobody has said `close`'],
        [
          '`awaitsContinue`',
          'the client may be waiting for a 100: send one, or read on until the client sends anyway, or refuse with a final response, which ends the connection',
          'no 100 has come yet: wait some time, then send the content anyway',
        ],
        ['`switched`', '`takeRest()` returns what follows', '`takeRest()` returns what follows'],
        [
          '`unanswered`',
          '-',
          'the requests without a final response, and which of them may be sent again',
        ],
      ],
    ),
    '## What the connection adds',
    `To a final response without Content-Length and Transfer-Encoding, \`sendMessage\` adds a
Content-Length, and \`send\` the chunked coding; to an HTTP/1.0 client \`send\` adds nothing, and the content
ends with the connection. \`Connection: close\` is added if this exchange is the last, and \`keep-alive\` if an
HTTP/1.0 client asked for it; neither is added to a 101 or to a 2xx to CONNECT. A Date is added if the connection was
created with a clock (\`date\`). Requests get nothing but a Content-Length from \`sendMessage\`.`,
    `To HEAD, \`sendMessage\` sends only the head. It still checks content and trailers as for GET, for example
against Content-Length.`,
    '## How a connection ends',
    `After \`receiveEnd()\`, a client's \`read()\` tells what the end of the stream meant: between exchanges the
connection is \`closed\`, inside a response the error is \`TRUNCATED\`, and before a response that is due it is
\`UNANSWERED\`. \`unanswered\` then lists the requests without a final response, and whether each is
\`retryable\`: its method is idempotent, and no part of a response has come.`,
    `A server answers a request that breaks a rule with the \`status\` of the error, if no response has
begun, and then closes: the next message cannot be found. Only an error response can be sent. Content that
the program does not want must be read all the same, or the connection must end.

After an error in what the peer sent, \`read()\` throws it again, and bytes that still come are ignored.

A declined CONNECT is the last request if bytes had come after it, since those were meant for the tunnel.
Bytes that come later are read as a request, because a client may ask again, for example with credentials.
If you cannot rely on clients to wait for the answer, call \`retire()\` before you send it.`,
    '## A server',
    `After each \`receive\` and \`receiveEnd\`, read all events. A request is complete at its \`end\`.`,
    `<!-- This is examples/connection-server.mjs. -->
\`\`\`js
${read('examples/connection-server.mjs')}\`\`\``,
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

function codesOfLimit(limit: string): string {
  const codes = Object.entries(ERRORS).filter(([, [, , text]]) => text.endsWith(` ${limit}`))
  if (codes.length === 0) throw new Error(`no error names the limit ${limit}`)
  return codes.map(([code]) => `\`${code}\``).join(', ')
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

/** The doc comments of the elements of the array `name`, in order. */
function elementComments(file: string, name: string): string[] {
  const source = parseSource(file)
  const comments: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      comments.push(...node.elements.map((element) => docComment(element, source)))
    } else ts.forEachChild(node, visit)
  }
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const declaration of statement.declarationList.declarations) {
      if (declaration.name.getText(source) === name) visit(declaration)
    }
  }
  if (comments.length === 0 || comments.includes('')) throw new Error(`${name} lacks a doc comment`)
  return comments
}

function parseSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
}

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
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
