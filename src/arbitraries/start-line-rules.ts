/**
 * Violations of the syntax of start-lines (RFC 9112 s. 3, 4).
 */

import * as fc from 'fast-check'
import type { ErrorCode } from 'httpwire'
import { type AnyDraft, broken, drafts, type Kind, type Rule, spoiled } from './broken.ts'
import { ALPHA, CONTROLS, DELIMITERS, OBS_TEXT, text } from './text.ts'

interface RequestLine {
  readonly method?: string
  readonly target?: string
}

/** Changes the method or target of a request-line, as serializer input can, too. */
function requestLine(
  rule: string,
  code: ErrorCode,
  line: fc.Arbitrary<RequestLine>,
  statedCode = code,
): Rule {
  // Without a body, because the change may make it a CONNECT request.
  const messages = fc.tuple(drafts('request', 'none'), line).map(([draft, change]) => {
    const { head } = draft
    const changed = { ...head, ...change }
    const { method, target } = { method: '', target: '', ...changed }
    const startLine = `${method} ${target} HTTP/${head.version}\r\n`
    return broken({ ...draft, head: changed, startLine }, statedCode)
  })
  return { kind: 'request', rule, code, broken: messages }
}

function method(rule: string, methods: fc.Arbitrary<string>): Rule {
  return requestLine(
    rule,
    'INVALID_METHOD',
    methods.map((method) => ({ method })),
  )
}

function target(rule: string, targets: fc.Arbitrary<string>): Rule {
  return requestLine(
    rule,
    'INVALID_TARGET',
    targets.map((target) => ({ target })),
  )
}

function targetFor(rule: string, code: ErrorCode, method: string, ...targets: string[]): Rule {
  return requestLine(
    rule,
    code,
    fc.constantFrom(...targets).map((target) => ({ method, target })),
  )
}

const name = text(ALPHA, 0, 8)
const word = text(ALPHA, 1, 8)
const path = name.map((name) => `/${name}`)

/** A path with one character of `bad` after its slash. */
function badPath(bad: string): fc.Arbitrary<string> {
  return spoiled(name, bad).map((path) => `/${path}`)
}

/** Changes the status or reason of a status-line, as serializer input can, too. */
function statusLine(
  rule: string,
  code: ErrorCode,
  line: fc.Arbitrary<{ status: string } | { reason: string }>,
  statedCode = code,
): Rule {
  const messages = fc.tuple(drafts('response'), line).map(([draft, change]) => {
    const { version } = draft.head
    const { status, reason } = { status: 200, reason: '', ...draft.head, ...change }
    const head = { type: 'response' as const, version, status: Number(status), reason }
    const startLine = `HTTP/${version} ${status} ${reason}\r\n`
    return broken({ ...draft, head, startLine }, statedCode)
  })
  return { kind: 'response', rule, code, broken: messages }
}

/** Changes a start-line in ways that serializer input cannot express. */
function written(
  kind: Kind,
  rule: string,
  code: ErrorCode,
  ...changes: readonly ((line: string) => string)[]
): Rule {
  const messages = fc
    .tuple(drafts(kind), fc.constantFrom(...changes))
    .map(([draft, change]) => broken(rewritten(draft, change), null))
  return { kind, rule, code, broken: messages }
}

function rewritten(draft: AnyDraft, change: (line: string) => string): AnyDraft {
  return { ...draft, startLine: change(draft.startLine) }
}

const VERSION = /HTTP\/1\.[01]/

/** Changes that replace the version. */
function versions(...versions: readonly string[]): ((line: string) => string)[] {
  // The method or the target may look like a version: in a request-line the last one counts.
  return versions.map((version) => (line) => {
    const at = line.startsWith('HTTP/1.') ? 0 : line.length - 'HTTP/1.1\r\n'.length
    return line.slice(0, at) + line.slice(at).replace(VERSION, version)
  })
}

/** Changes that replace the status of a status-line. */
function statuses(...statuses: readonly string[]): ((line: string) => string)[] {
  return statuses.map((status) => (line) => line.replace(/ \d{3} /, ` ${status} `))
}

/** Makes a change also remove the space before the version. */
function withoutSpace(change: (line: string) => string): (line: string) => string {
  return (line) => change(line).replace(/ \r\n$/, '\r\n')
}

const REQUEST_LINE_RULES: readonly Rule[] = [
  method('a method that is not a token', spoiled(name, `${DELIMITERS}:${OBS_TEXT}`)),
  method('a control in the method', spoiled(word, `${CONTROLS}\t`)),
  method('an empty method', fc.constant('')),
  written('request', 'a HTAB after the method', 'INVALID_METHOD', (line) =>
    line.replace(' ', '\t'),
  ),

  target('an empty target', fc.constant('')),
  target('a # in the target', badPath('#')),
  target('a byte that is not ASCII in the target', badPath(OBS_TEXT)),
  target('a control in the target', badPath(`${CONTROLS}\t`)),
  target(
    'a target in none of the four forms',
    fc.constantFrom('index.html', 'a/b', '?q', '**', '*/', '[::1]', '127.0.0.1:80', '://a', '1a:b'),
  ),
  target(
    'an http URI without a host',
    fc.constantFrom('http://', 'http:///a', 'http:/a', 'http:a', 'https://:80/', 'HTTP://?q'),
  ),
  target('an http URI with userinfo', fc.constantFrom('http://u@a/', 'https://u:p@a.example')),
  target(
    'an http URI with an invalid authority',
    fc.constantFrom('http://a:x/', 'http://a:65536', 'http://[::1/', 'http://[1]/', 'https://a%/'),
  ),
  requestLine(
    'a space in the target',
    'INVALID_VERSION',
    fc.tuple(path, word).map((words) => ({ target: words.join(' ') })),
    'INVALID_TARGET',
  ),
  requestLine(
    'a bare CR or LF in the target',
    'INVALID_VERSION',
    badPath('\r\n').map((target) => ({ target })),
    'INVALID_TARGET',
  ),
  written('request', 'two spaces after the method', 'INVALID_TARGET', (line) =>
    line.replace(' ', '  '),
  ),
  written('request', 'a HTAB after the target', 'INVALID_TARGET', (line) =>
    line.replace(/ (?=HTTP\/1\.[01]\r\n$)/, '\t'),
  ),

  targetFor('* for a method other than OPTIONS', 'TARGET_UNFIT_FOR_METHOD', 'GET', '*'),
  targetFor(
    'a host and port for a method other than CONNECT',
    ...(['TARGET_UNFIT_FOR_METHOD', 'GET', 'a:443', 'a.example:80', 'localhost:8080'] as const),
  ),
  targetFor(
    'a target of another form for CONNECT',
    ...(['TARGET_UNFIT_FOR_METHOD', 'CONNECT', '/', '*', 'http://a:80/', 'https://a'] as const),
  ),
  targetFor(
    'a target without a valid host and port for CONNECT',
    ...(['INVALID_TARGET', 'CONNECT', 'a', 'a:', ':443', 'a:0', 'a:65536', 'u@a:443'] as const),
  ),

  written('request', 'no version', 'INVALID_VERSION', ...versions('').map(withoutSpace)),
  written('request', 'two spaces before the version', 'INVALID_VERSION', ...versions(' $&')),
  written('request', 'whitespace after the version', 'INVALID_VERSION', ...versions('$& ', '$&\t')),
]

const STATUS_LINE_RULES: readonly Rule[] = [
  written('response', 'whitespace before the status-line', 'INVALID_VERSION', (line) => ` ${line}`),
  written('response', 'a HTAB after the version', 'INVALID_VERSION', (line) =>
    line.replace(' ', '\t'),
  ),
  statusLine(
    'a status below 100',
    'INVALID_STATUS',
    fc.constantFrom('000', '001', '099').map((status) => ({ status })),
  ),
  statusLine(
    'a status above 999',
    'INVALID_STATUS',
    fc.constantFrom('1000', '2000', '99999').map((status) => ({ status })),
  ),
  statusLine(
    'a status of fewer than three digits',
    'INVALID_STATUS',
    fc.constantFrom('2', '20', '99').map((status) => ({ status })),
  ),
  written(
    'response',
    'a status that is not digits',
    'INVALID_STATUS',
    ...statuses('', '2x0', '+20', '-20', '2.0', 'OK', '0x2'),
  ),
  written('response', 'two spaces before the status', 'INVALID_STATUS', ...statuses(' 200')),
  written('response', 'a HTAB after the status', 'INVALID_STATUS', (line) =>
    line.replace(/ (\d{3}) /, ' $1\t'),
  ),
  statusLine(
    'a control in the reason phrase',
    'INVALID_REASON',
    spoiled(name, CONTROLS).map((reason) => ({ reason })),
  ),
  statusLine(
    'a bare CR in the reason phrase',
    'BARE_CR',
    spoiled(name, '\r').map((reason) => ({ reason })),
    'INVALID_REASON',
  ),
  statusLine(
    'a bare LF in the reason phrase',
    'BARE_LF',
    spoiled(name, '\n').map((reason) => ({ reason })),
    'INVALID_REASON',
  ),
]

function ofEitherKind(kind: Kind): Rule[] {
  return [
    written(
      kind,
      'a version that is not HTTP/DIGIT.DIGIT',
      'INVALID_VERSION',
      ...versions('HTTP/1', 'HTTP/1.', 'HTTP/11', 'HTTP/1,1', 'HTTP/1.x', 'HTTP/1.11', 'HTTP/x.1'),
      ...versions('HTTP-1.1', 'HTTPS/1.1', 'HTP/1.1', 'HTTP /1.1', '1.1', 'ICY'),
    ),
    written(
      kind,
      'the name of the version not in upper case',
      'INVALID_VERSION',
      ...versions('http/1.1', 'Http/1.1', 'HTTp/1.0'),
    ),
    written(
      kind,
      'another major version',
      'UNSUPPORTED_VERSION',
      ...versions('HTTP/2.0', 'HTTP/2', 'HTTP/0.9', 'HTTP/3.0', 'HTTP/9.1'),
    ),
    written(kind, 'a bare LF ends the start-line', 'BARE_LF', (line) => `${line.slice(0, -2)}\n`),
    written(kind, 'a bare CR ends the start-line', 'BARE_CR', (line) => `${line.slice(0, -2)}\r`),
    written(kind, 'a bare LF before the start-line', 'BARE_LF', (line) => `\n${line}`),
    written(kind, 'a bare CR before the start-line', 'BARE_CR', (line) => `\r${line}`),
  ]
}

export const START_LINE_RULES: readonly Rule[] = [
  ...ofEitherKind('request'),
  ...REQUEST_LINE_RULES,
  ...ofEitherKind('response'),
  ...STATUS_LINE_RULES,
]
