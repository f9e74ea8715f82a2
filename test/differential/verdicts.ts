/**
 * Brings the results of two parsers for the same bytes into one comparable form: httpwire's parser, and
 * Node's own (llhttp behind its C++ binding, at its strict default).
 *
 * The comparison covers what decides a message's fate: whether it is accepted, where it ends, its
 * start-line, fields, content and trailers, and the bytes left for another protocol. It ignores offsets,
 * error texts, and events of incomplete messages.
 */

import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { type Kind, type PlainEvent, runParser } from '../support/run-parser.ts'

type Lines = [name: string, value: string][]

export interface PlainMessage {
  /** Method and target, or status and reason. */
  startLine: [string, string]
  version: string
  fields: Lines
  body: string
  trailers: Lines
}

export interface Verdict {
  /** The complete messages. */
  readonly messages: readonly PlainMessage[]
  /** The code of the error, or `null` if there is none. */
  readonly error: string | null
  /** The bytes left after a switch of protocols; `null` if there was none. */
  readonly rest: string | null
}

/** The verdict of httpwire's parser on `bytes`, under its default rules. */
export function ourVerdict(
  kind: Kind,
  bytes: Uint8Array,
  requestMethods: readonly string[],
): Verdict {
  const { events, error, rest } = runParser(kind, [bytes], {}, requestMethods)
  const messages: PlainMessage[] = []
  let open: PlainMessage | undefined
  for (const event of events) {
    open = addEvent(open, event)
    if (event.type === 'end' && open !== undefined) messages.push(open)
  }
  return { messages, error: error?.code ?? null, rest }
}

function addEvent(open: PlainMessage | undefined, event: PlainEvent): PlainMessage | undefined {
  if ('headers' in event) {
    return {
      startLine:
        'method' in event ? [event.method, event.target] : [`${event.status}`, event.reason],
      version: event.version,
      fields: event.headers,
      body: '',
      trailers: [],
    }
  }
  if (open !== undefined && event.type === 'data' && 'bytes' in event) open.body += event.bytes
  if (open !== undefined && 'trailers' in event) open.trailers = event.trailers
  return open
}

/** The part of Node's binding that is used here. */
interface NodeParser {
  [callback: number]: (...args: never[]) => unknown
  initialize(type: number, resource: object): void
  execute(bytes: Uint8Array): number | NodeParserError
  finish(): undefined | NodeParserError
}

interface NodeParserError extends Error {
  readonly code: string
}

interface NodeParserClass {
  new (): NodeParser
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnMessageBegin: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const node: { HTTPParser: NodeParserClass; methods: readonly string[] } = createRequire(
  import.meta.url,
)('_http_common')

/** Returned by a callback to tell Node's parser how to continue after the head. */
const enum After {
  WHAT_THE_FIELDS_SAY = 0,
  NO_BODY = 1,
  ANOTHER_PROTOCOL = 2,
}

/** The verdict of Node's parser on `bytes`, with request methods passed to it as `node:http` does. */
export function nodeVerdict(
  kind: Kind,
  bytes: Uint8Array,
  requestMethods: readonly string[],
): Verdict {
  const { HTTPParser } = node
  const parser = new HTTPParser()
  parser.initialize(kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {})

  const messages: PlainMessage[] = []
  let open = emptyMessage()
  let url = ''
  let inTrailers = false
  let upgrade = false
  let answered = 0

  parser[HTTPParser.kOnMessageBegin] = () => {
    open = emptyMessage()
    url = ''
    inTrailers = false
  }
  parser[HTTPParser.kOnHeaders] = (raw: string[], more: string) => {
    const lines = inTrailers ? open.trailers : open.fields
    lines.push(...pairs(raw))
    url += more
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    major: number,
    minor: number,
    raw: string[] | undefined,
    method: number | undefined,
    target: string | undefined,
    status: number | undefined,
    reason: string | undefined,
    upgrades: boolean,
  ): After => {
    open.version = `${major}.${minor}`
    open.fields.push(...pairs(raw ?? []))
    inTrailers = true
    upgrade = upgrades || status === 101
    if (method !== undefined) {
      open.startLine = [node.methods[method] ?? `method ${method}`, target ?? url]
      return After.WHAT_THE_FIELDS_SAY
    }
    open.startLine = [`${status}`, reason ?? '']
    if (status !== undefined && status < 200 && status !== 101) return After.WHAT_THE_FIELDS_SAY
    const request = requestMethods[answered++]
    if (request === 'HEAD') return After.NO_BODY
    if (request === 'CONNECT' && status !== undefined && status < 300) {
      upgrade = true
      return After.ANOTHER_PROTOCOL
    }
    return After.WHAT_THE_FIELDS_SAY
  }
  parser[HTTPParser.kOnBody] = (part: Uint8Array) => {
    open.body += Buffer.from(part).toString('latin1')
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    messages.push(open)
  }

  // Node's parser ignores an empty chunk, and returns nothing for it.
  const result = bytes.length === 0 ? 0 : parser.execute(bytes)
  if (typeof result !== 'number') return { messages, error: result.code, rest: null }
  // It stops after a message that leaves HTTP, having reported the message's end.
  const switches = messages.at(-1) === open && (upgrade || result < bytes.length)
  if (switches) {
    return { messages, error: null, rest: Buffer.from(bytes.subarray(result)).toString('latin1') }
  }
  const error = parser.finish()?.code ?? null
  // For a message that offers to leave HTTP, the binding reports no error, but no end either.
  const untold = upgrade && messages.at(-1) !== open
  return { messages, error: error ?? (untold ? 'untold' : null), rest: null }
}

function emptyMessage(): PlainMessage {
  return { startLine: ['', ''], version: '', fields: [], body: '', trailers: [] }
}

function pairs(raw: readonly string[]): Lines {
  const lines: Lines = []
  for (let i = 0; i + 1 < raw.length; i += 2) lines.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return lines
}

/** What each of two verdicts has at the first place where they differ, in one word. */
export interface Difference {
  readonly ours: string
  readonly node: string
}

/**
 * The first difference between `ours` and `nodes`, or `null`: one has a message where the other has an
 * error or the end, both have messages that differ, or the rest differs. Two errors count as equal,
 * whatever their codes.
 */
export function firstDifference(ours: Verdict, nodes: Verdict): Difference | null {
  for (let i = 0; ; i++) {
    const one = ours.messages[i]
    const other = nodes.messages[i]
    if (one === undefined || other === undefined) {
      if (one === undefined && other === undefined) return differentEnds(ours, nodes)
      return { ours: one ? 'message' : endOf(ours), node: other ? 'message' : endOf(nodes) }
    }
    for (const part of ['startLine', 'version', 'fields', 'body', 'trailers'] as const) {
      if (isDeepStrictEqual(one[part], other[part])) continue
      return { ours: part, node: part }
    }
  }
}

function differentEnds(ours: Verdict, nodes: Verdict): Difference | null {
  if (ours.error !== null && nodes.error !== null) return null
  if (ours.error === nodes.error && ours.rest === nodes.rest) return null
  return { ours: endOf(ours), node: endOf(nodes) }
}

function endOf({ error, rest }: Verdict): string {
  return error ?? (rest === null ? 'end' : 'switch')
}
