/**
 * Generators for property tests: messages that are valid by construction, together with what a
 * parser must make of them; streams of them, broken in places; fragments that like to go wrong next
 * to each other; options with limits small enough to be hit; ways to cut it all into chunks.
 *
 * Text is latin1, one code unit for each byte. Nothing here calls the parser.
 */

import * as fc from 'fast-check'
import type { Leniency, Limits, ParserOptions } from '../../src/index.ts'
import type { Kind } from './run-parser.ts'

/** Seconds that each property runs, where somebody wants to look for more than the usual run does. */
const { FUZZ_SECONDS: GIVEN = '0' } = process.env
const FUZZ_SECONDS = Number(GIVEN)

/** Whether this is such a run. */
export const isFuzzing = FUZZ_SECONDS > 0

/** How often a property runs: `runs` times, or for `FUZZ_SECONDS`. */
export function runs(runs: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  if (!isFuzzing) return { numRuns: runs }
  return { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: FUZZ_SECONDS * 1000 }
}

/** For the test around a property: time enough for {@link runs}. */
export const TIMEOUT = 60_000 + FUZZ_SECONDS * 1000

export function toBytes(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (char) => char.charCodeAt(0))
}

const ALPHA = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGIT = '0123456789'
const TCHAR = `!#$%&'*+-.^_\`|~${DIGIT}${ALPHA}`

function range(from: number, to: number): string {
  return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
}

const VCHAR = range(0x21, 0x7e)
const OBS_TEXT = range(0x80, 0xff)

function text(alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })
}

const token = fc.oneof(text(TCHAR, 1, 8), text(ALPHA, 1, 20))

const ows = fc.oneof(
  { weight: 6, arbitrary: fc.constant(' ') },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: text(' \t', 0, 4) },
)

/** A field value: text that neither begins nor ends with whitespace, perhaps empty. */
const fieldValue = text(`${VCHAR}${OBS_TEXT} \t`, 0, 40).map((value) =>
  value.replace(/^[ \t]+|[ \t]+$/g, ''),
)

/** What governs the message is made from the model and from nothing else. */
const CONTROL_FIELDS =
  /^(host|expect|upgrade|connection|content-length|transfer-encoding|content-encoding)$/i

const fieldName = fc.oneof(
  token.filter((name) => !CONTROL_FIELDS.test(name)),
  fc.constantFrom('Accept', 'User-Agent', 'Cookie', 'Set-Cookie', 'X', '__proto__', 'constructor'),
)

interface Line {
  readonly name: string
  readonly value: string
  /** Whitespace before and behind the value. */
  readonly before: string
  readonly behind: string
}

const line: fc.Arbitrary<Line> = fc.record({
  name: fieldName,
  value: fieldValue,
  before: ows,
  behind: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: ows }),
})

function control(name: string, value: string): fc.Arbitrary<Line> {
  return fc.record({
    name: anyCase(name),
    value: fc.constant(value),
    before: ows,
    behind: fc.constant(''),
  })
}

function anyCase(word: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constant(word),
    fc
      .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
      .map((upper) =>
        [...word].map((char, i) => (upper[i] ? char.toUpperCase() : char.toLowerCase())).join(''),
      ),
  )
}

function renderLine({ name, value, before, behind }: Line): string {
  return `${name}:${before}${value}${behind}\r\n`
}

const CONTENT = range(0, 255)

const content = text(CONTENT, 0, 30)

interface ChunkModel {
  readonly data: string
  /** The size as written: digits in any case, leading zeros. */
  readonly zeros: number
  readonly upper: boolean
  readonly extensions: readonly ExtensionModel[]
}

interface ExtensionModel {
  readonly name: string
  readonly value: string | null
  readonly quoted: boolean
  readonly spaces: readonly [string, string, string, string]
}

const badWhitespace = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: text(' \t', 1, 2) },
)

const extension: fc.Arbitrary<ExtensionModel> = fc
  .record({
    name: token,
    value: fc.oneof(fc.constant(null), token, text(`${VCHAR}${OBS_TEXT} \t`, 0, 10)),
    quoted: fc.boolean(),
    spaces: fc.tuple(badWhitespace, badWhitespace, badWhitespace, badWhitespace),
  })
  .map((model) => ({
    ...model,
    quoted: model.quoted || model.value === '' || /[^\w]/.test(model.value ?? ''),
  }))

function renderExtension({ name, value, quoted, spaces }: ExtensionModel): string {
  const [a, b, c, d] = spaces
  if (value === null) return `${a};${b}${name}`
  const written = quoted ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
  return `${a};${b}${name}${c}=${d}${written}`
}

const extensions = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(extension, { minLength: 1, maxLength: 3 }) },
)

const chunk: fc.Arbitrary<ChunkModel> = fc.record({
  data: text(CONTENT, 1, 20),
  zeros: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(8) }),
  upper: fc.boolean(),
  extensions,
})

const lastChunk: fc.Arbitrary<ChunkModel> = fc.record({
  data: fc.constant(''),
  zeros: fc.nat(2),
  upper: fc.constant(false),
  extensions,
})

function renderChunk({ data, zeros, upper, extensions }: ChunkModel): string {
  const digits = data.length.toString(16)
  const size = '0'.repeat(zeros) + (upper ? digits.toUpperCase() : digits)
  return `${size}${extensions.map(renderExtension).join('')}\r\n${data}${data === '' ? '' : '\r\n'}`
}

type Body =
  | { readonly framing: 'none' }
  | { readonly framing: 'length' | 'until-close'; readonly data: string }
  | {
      readonly framing: 'chunked'
      readonly chunks: readonly ChunkModel[]
      readonly trailers: readonly Line[]
    }

const chunked: fc.Arbitrary<Body> = fc.record({
  framing: fc.constant('chunked' as const),
  chunks: fc
    .tuple(fc.array(chunk, { maxLength: 4 }), lastChunk)
    .map(([chunks, last]) => [...chunks, last]),
  trailers: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(line, { maxLength: 3 }) },
  ),
})

const sized: fc.Arbitrary<Body> = fc.record({
  framing: fc.constant('length' as const),
  data: content,
})

const none: fc.Arbitrary<Body> = fc.constant({ framing: 'none' as const })

function framingLines(body: Body): fc.Arbitrary<Line[]> {
  if (body.framing === 'length') {
    return control('Content-Length', String(body.data.length)).map((one) => [one])
  }
  if (body.framing === 'chunked') {
    return fc
      .constantFrom('chunked', 'Chunked', 'gzip, chunked', 'deflate\t,  gzip ,CHUNKED')
      .chain((value) => control('Transfer-Encoding', value))
      .map((one) => [one])
  }
  return fc.constant([])
}

function renderBody(body: Body): string {
  switch (body.framing) {
    case 'none':
      return ''
    case 'chunked':
      return `${body.chunks.map(renderChunk).join('')}${body.trailers.map(renderLine).join('')}\r\n`
    default:
      return body.data
  }
}

/** A valid message and what a parser must find in it. */
export interface MessageModel {
  readonly kind: Kind
  /** The message on the wire. */
  readonly text: string
  readonly head: string
  readonly startLine: readonly [string, string, string]
  /** Method of the request that a response answers. */
  readonly requestMethod: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly framing: Body['framing']
  readonly body: string
  readonly chunks: readonly {
    size: number
    extensions: readonly { name: string; value: string | null }[]
  }[]
  readonly trailers: readonly (readonly [name: string, value: string])[]
}

function model(
  kind: Kind,
  startLine: readonly [string, string, string],
  lines: readonly Line[],
  body: Body,
  requestMethod = 'GET',
): MessageModel {
  const head = `${startLine.join(' ')}\r\n${lines.map(renderLine).join('')}\r\n`
  const pair = ({ name, value }: Line) => [name, value] as const
  const chunks = body.framing === 'chunked' ? body.chunks : []
  return {
    kind,
    text: head + renderBody(body),
    head,
    startLine,
    requestMethod,
    fields: lines.map(pair),
    framing: body.framing,
    body: 'data' in body ? body.data : chunks.map(({ data }) => data).join(''),
    chunks: chunks.map(({ data, extensions }) => ({
      size: data.length,
      extensions: extensions.map(({ name, value }) => ({ name, value })),
    })),
    trailers: body.framing === 'chunked' ? body.trailers.map(pair) : [],
  }
}

/** `lines` with `more` put in among them: what governs a message may stand anywhere. */
function among(lines: readonly Line[], more: readonly Line[], place: number): Line[] {
  const at = place % (lines.length + 1)
  return [...lines.slice(0, at), ...more, ...lines.slice(at)]
}

const method = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE') },
  { weight: 1, arbitrary: token.filter((method) => method !== 'CONNECT') },
)

const path = text(VCHAR.replace('#', ''), 0, 30).map((path) => `/${path}`)

const target = fc.oneof(
  { weight: 6, arbitrary: path },
  {
    weight: 1,
    arbitrary: fc.constantFrom('http://a', 'https://a.example:8443/b?c', 'http://[::1]/', 'urn:x'),
  },
)

const host = fc.constantFrom('a', 'a.example:80', '[::1]:8080', '127.0.0.1', '', "a!$&'()*+,;=b")

const lines = fc.array(line, { maxLength: 6 })

/** A valid request that offers no switch of protocols. */
export const requestModel: fc.Arbitrary<MessageModel> = fc
  .record({
    method,
    target,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'),
    host,
    lines,
    place: fc.nat(20),
    hostPlace: fc.nat(20),
    body: fc.oneof(none, sized, chunked),
  })
  .map((parts) =>
    parts.version === 'HTTP/1.0' && parts.body.framing === 'chunked'
      ? { ...parts, version: 'HTTP/1.1' }
      : parts,
  )
  .chain(({ method, target, version, host, lines, place, hostPlace, body }) =>
    fc
      .tuple(control('Host', host), framingLines(body))
      .map(([hostLine, framing]) =>
        model(
          'request',
          [method, target, version],
          among(among(lines, framing, place), [hostLine], hostPlace),
          body,
        ),
      ),
  )

const reason = text(`${VCHAR}${OBS_TEXT} \t`, 0, 20)

/** A valid response that leaves HTTP neither by its status nor by closing. */
export const responseModel: fc.Arbitrary<MessageModel> = fc
  .record({
    status: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 200, max: 599 }) },
      { weight: 1, arbitrary: fc.constantFrom(204, 304, 600, 999) },
    ),
    reason,
    requestMethod: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'get', 'head'),
    lines,
    place: fc.nat(20),
    body: fc.oneof(sized, chunked),
  })
  .chain(({ status, reason, requestMethod, lines, place, body }) => {
    const bodiless = status === 204 || status === 304 || requestMethod === 'HEAD'
    // Framing fields are let in where they say what the content would have been, and only there.
    const framing = status === 204 ? fc.constant([]) : framingLines(body)
    return framing.map((framing) =>
      model(
        'response',
        ['HTTP/1.1', String(status), reason],
        among(lines, framing, place),
        bodiless ? { framing: 'none' } : body,
        requestMethod,
      ),
    )
  })

/** An interim response: it answers nothing yet. */
const interimModel: fc.Arbitrary<MessageModel> = fc
  .record({ status: fc.constantFrom('100', '102', '103', '199'), reason, lines })
  .map(({ status, reason, lines }) =>
    model('response', ['HTTP/1.1', status, reason], lines, { framing: 'none' }, ''),
  )

/** The last response on a connection: its body ends where the connection does. */
const closingModel: fc.Arbitrary<MessageModel> = fc
  .record({ version: fc.constantFrom('HTTP/1.0', 'HTTP/1.1'), reason, lines, data: content })
  .map(({ version, reason, lines, data }) =>
    model('response', [version, '200', reason], lines, { framing: 'until-close', data }),
  )

/** Input for a parser of `kind`, and the methods that responses in it answer. */
export interface Stream {
  readonly kind: Kind
  readonly text: string
  readonly requestMethods: readonly string[]
}

/** Messages on one connection, and the bytes they make. */
export interface ValidStream extends Stream {
  readonly messages: readonly MessageModel[]
}

function joinModels(kind: Kind, messages: readonly MessageModel[]): ValidStream {
  return {
    kind,
    messages,
    text: messages.map(({ text }) => text).join(''),
    requestMethods: messages
      .map(({ requestMethod }) => requestMethod)
      .filter((method) => method !== ''),
  }
}

const requests = fc
  .array(requestModel, { minLength: 1, maxLength: 3 })
  .map((messages) => joinModels('request', messages))

const responses = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 4, arbitrary: responseModel }, { weight: 1, arbitrary: interimModel }),
      { minLength: 1, maxLength: 3 },
    ),
    fc.option(closingModel),
  )
  .map(([messages, last]) => joinModels('response', last === null ? messages : [...messages, last]))

/** A stream of valid messages, of either role. */
export const validStream: fc.Arbitrary<ValidStream> = fc.oneof(requests, responses)

/** What likes to go wrong, above all next to each other. */
const FRAGMENTS = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', '\r\r\n', '\n\n', ' ', '\t', '\0', '\x0b', '\x7f', '\xa0'],
  ...[':', ': ', ';', '=', '"', '\\', ',', '/', '*', '?', '#', '[', ']', '%', '@', '-', '+'],
  ...['\r\n ', '\r\n\t', '      ', '                      ', 'xxxxxxxxxxxxxxxxxxxxxx', 'a', 'é'],
  ...['0', '1', '5', 'f', '0x5', '00000000000000000', '1fffffffffffff', '20000000000000'],
  ...['9007199254740991', '9007199254740992', '5, 5', '5, 6', '1_0', '+5'],
  ...['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.7', 'HTTP/2.0', 'http/1.1', 'HTTP/1.11'],
  ...['GET / HTTP/1.1\r\n', 'POST /a HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n', 'GET', ' / '],
  ...['CONNECT a:443 HTTP/1.1\r\n', 'GET http://a/ HTTP/1.0\r\n', 'PRI * HTTP/2.0\r\n\r\n'],
  ...['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 204 \r\n', 'HTTP/1.1 304\r\n', 'HTTP/1.0 200 OK\r\n'],
  ...['HTTP/1.1 101 S\r\n', 'HTTP/1.1 100 C\r\n', 'HTTP/1.1 099 X\r\n', ' 200 ', ' 1000 '],
  ...['Host: a\r\n', 'Host:b\r\n', 'Host: [::1\r\n', 'A: b\r\n', 'A : b\r\n', ' A: b\r\n', 'A\r\n'],
  ...['Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'Content-Length: 5, 5\r\n'],
  ...['Content-Length:\r\n 5\r\n', 'content-length: 00\r\n', 'Content-Length: -1\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'transfer-encoding: gzip\r\n', 'Transfer-Encoding:,\r\n'],
  ...['Transfer-Encoding: x;y="z", chunked\r\n', 'Transfer-Encoding: chunked;a=b\r\n'],
  ...['Connection: close\r\n', 'Connection: keep-alive\r\n', 'Expect: 100-continue\r\n'],
  ...['Connection: upgrade\r\nUpgrade: x\r\n', 'Expect: x\r\n', '__proto__: x\r\n'],
  ...['5\r\nhello\r\n', '5;a=b\r\nhello\r\n', '5;a="\\"b" ; c\r\nhello\r\n', '5 \r\nhello\r\n'],
  ...['0\r\n', '0\r\n\r\n', '5;a   ', ';a="', ';a = b', 'hello', '\r\nhello\r\n'],
]

const fragment = fc.constantFrom(...FRAGMENTS)

/** Behind these, fragments are read as what the parser's states have in common least. */
const OPENINGS: Record<Kind, readonly string[]> = {
  request: [
    '',
    'POST / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
  ],
  response: [
    '',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nA: b\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
  ],
}

const kind = fc.constantFrom<Kind>('request', 'response')

/** Fragments in any order: seldom valid for long, and wrong in more ways than a mutation finds. */
const soup: fc.Arbitrary<Stream> = fc
  .record({
    kind,
    opening: fc.nat(4),
    parts: fc.array(fragment, { maxLength: 14 }),
    requestMethods: fc.array(fc.constantFrom('GET', 'HEAD', 'CONNECT'), { maxLength: 3 }),
  })
  .map(({ kind, opening, parts, requestMethods }) => ({
    kind,
    text: `${OPENINGS[kind][opening]}${parts.join('')}`,
    requestMethods,
  }))

/** Bytes without any sense. */
const noise: fc.Arbitrary<Stream> = fc.record({
  kind,
  text: text(CONTENT, 0, 60),
  requestMethods: fc.constant([]),
})

type Mutation = (text: string) => string

function splice(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed)
}

function duplicateLine(text: string, at: number): string {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
  const lineEnd = text.indexOf('\n', at)
  return splice(text, start, 0, text.slice(start, lineEnd < 0 ? text.length : lineEnd + 1))
}

const mutation: fc.Arbitrary<Mutation> = fc
  .record({
    place: fc.nat(10_000),
    what: fc.constantFrom('flip', 'replace', 'insert', 'delete', 'duplicate line', 'cut'),
    bit: fc.nat(7),
    fragment,
    length: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ place, what, bit, fragment, length }) => (text) => {
    const at = place % (text.length + 1)
    switch (what) {
      case 'flip':
        return at === text.length
          ? text
          : splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)))
      case 'replace':
        return splice(text, at, fragment.length, fragment)
      case 'insert':
        return splice(text, at, 0, fragment)
      case 'delete':
        return splice(text, at, length, '')
      case 'duplicate line':
        return duplicateLine(text, at)
      default:
        return text.slice(0, at)
    }
  })

/** A valid stream that was damaged in one place or a few. */
const mutatedStream: fc.Arbitrary<Stream> = fc
  .tuple(validStream, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([{ kind, text, requestMethods }, mutations]) => ({
    kind,
    requestMethods,
    text: mutations.reduce((text, mutate) => mutate(text), text),
  }))

/** Anything that a peer may send. */
export const anyStream: fc.Arbitrary<Stream> = fc.oneof(
  { weight: 1, arbitrary: validStream },
  { weight: 4, arbitrary: mutatedStream },
  { weight: 4, arbitrary: soup },
  { weight: 1, arbitrary: noise },
)

function smallLimit(name: keyof Limits, max: number): fc.Arbitrary<Partial<Limits>> {
  return fc.integer({ min: 1, max }).map((limit) => ({ [name]: limit }))
}

/** Nothing, or a limit or two that small messages pass. */
const limits: fc.Arbitrary<Partial<Limits>> = fc
  .array(
    fc.oneof(
      smallLimit('maxStartLine', 40),
      smallLimit('maxTarget', 20),
      smallLimit('maxFieldLine', 40),
      smallLimit('maxHead', 120),
      smallLimit('maxFields', 5),
      smallLimit('maxChunkExtension', 12),
      smallLimit('maxChunkExtensions', 20),
      smallLimit('maxTrailer', 50),
      smallLimit('maxEmptyLines', 2),
      smallLimit('maxBody', 30),
    ),
    { maxLength: 2 },
  )
  .map((some) => Object.assign({}, ...some))

const leniency: fc.Arbitrary<Partial<Leniency>> = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      allowBareLf: fc.boolean(),
      allowMissingHost: fc.boolean(),
      allowLengthWithTransferEncoding: fc.boolean(),
      allowSpaceAfterChunkSize: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
)

/** Options of any kind. */
export const anyOptions: fc.Arbitrary<ParserOptions> = fc.record({
  limits,
  leniency,
  copy: fc.boolean(),
  chunkBoundaries: fc.boolean(),
})

/** Where bytes are cut: a place for each cut, modulo the length; or behind each byte. */
export type Cuts = readonly number[] | 'each byte'

/** Any way to cut bytes into chunks, some of them perhaps empty. */
export const anyCuts: fc.Arbitrary<Cuts> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('each byte' as const) },
  { weight: 5, arbitrary: fc.array(fc.nat(10_000), { maxLength: 6 }) },
)

/** The chunks that `cuts` make of `bytes`, each with memory of its own. */
export function cutUp(bytes: Uint8Array, cuts: Cuts): Uint8Array[] {
  if (cuts === 'each byte') return Array.from(bytes, (byte) => Uint8Array.of(byte))
  const places = cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...places].map((from, i) => bytes.slice(from, places[i] ?? bytes.length))
}
