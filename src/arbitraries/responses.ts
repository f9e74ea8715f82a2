/**
 * Valid responses, each with the method of the request it answers and with what a parser must report
 * for it.
 */

import * as fc from 'fast-check'
import type { Framing, ResponseHeadInit, Version } from 'httpwire'
import { checkConstraints, oneOfThese, trueOrFalse } from './constraints.ts'
import {
  amongLines,
  type Line,
  type LineStyle,
  lineStyle,
  makeLine,
  place,
  plainLines,
} from './fields.ts'
import {
  assemble,
  type BodyDraft,
  bodyOf,
  type Draft,
  type GeneratedMessage,
  NO_BODY,
  transferCodings,
} from './messages.ts'
import { casing, FIELD_TEXT, mostly, oneOf, text, written } from './text.ts'
import { shownByBytes } from './wire.ts'

/** A valid response: its bytes, and what a parser must report for them. */
export interface GeneratedResponse extends GeneratedMessage<ResponseHeadInit> {
  readonly kind: 'response'
  /**
   * The method of the request it answers, which a recipient has to know because HEAD and CONNECT change
   * what follows the head. `null` for an interim response, since the request has no answer yet.
   */
  readonly requestMethod: string | null
}

/** Constraints on a {@link response}. */
export interface ResponseConstraints {
  /** Only responses with this framing; any of the four unless given. */
  readonly framing?: Framing | undefined
  /**
   * Whether responses may leave HTTP, by 101 (Switching Protocols) or a 2xx to CONNECT. `true` unless
   * given.
   */
  readonly upgrades?: boolean | undefined
}

export const RESPONSE_CHECKS = {
  framing: oneOfThese('none', 'length', 'chunked', 'until-close'),
  upgrades: trueOrFalse,
}

/** A response in parts. */
interface ResponseDraft extends Draft<ResponseHeadInit> {
  readonly requestMethod: string | null
  readonly keepAlive: boolean
  readonly upgrades: boolean
}

interface Parts {
  readonly status: number
  readonly requestMethod: string | null
  readonly version: Version
  readonly reason: string
  readonly connection: string | null
  readonly codings: string
  readonly body: BodyDraft
  readonly lines: readonly Line[]
  readonly framingStyle: LineStyle
  readonly connectionStyle: LineStyle
  readonly casing: number
  readonly place: number
}

const reason = text(FIELD_TEXT, 0, 20)

const requestMethod = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'CONNECT', 'get', 'head')

/** RFC 9110 s. 15.3.6: a 205 is framed like other responses but must not have content. */
const RESET_CONTENT = 205

const finalStatus = oneOf(
  {
    weight: 4,
    arbitrary: fc.integer({ min: 200, max: 599 }).filter((status) => status !== RESET_CONTENT),
  },
  { weight: 1, arbitrary: fc.constantFrom(204, 304, 600, 999) },
)

function parts(
  status: fc.Arbitrary<number>,
  requestMethod: fc.Arbitrary<string | null>,
  body: fc.Arbitrary<BodyDraft>,
): fc.Arbitrary<Parts> {
  return fc.record({
    status,
    requestMethod,
    version: mostly<Version>('1.1', fc.constant('1.0'), 4),
    reason,
    connection: mostly(null, fc.constantFrom('keep-alive', 'close')),
    codings: transferCodings,
    body,
    lines: plainLines,
    framingStyle: lineStyle,
    connectionStyle: lineStyle,
    casing,
    place,
  })
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function hasNoBody(status: number, method: string | null): boolean {
  return status < 200 || status === 204 || status === 304 || method === 'HEAD'
}

/** @param last Whether no message has to follow, so that the connection may end. */
function draftOf(parts: Parts, last: boolean): ResponseDraft {
  const { status, reason, requestMethod, body: whole, casing } = parts
  const tunnel = requestMethod === 'CONNECT' && isSuccess(status)
  const upgrades = tunnel || status === 101
  const bodiless = tunnel || hasNoBody(status, requestMethod)
  const body = bodiless ? NO_BODY : whole
  const modern = whole.framing === 'chunked' || status < 200
  const version = modern ? '1.1' : parts.version

  const own: Line[] = []
  // A response without a body may have framing fields that describe the content it leaves out, except a
  // 1xx, a 204 and a 2xx to CONNECT (RFC 9110 s. 8.6, RFC 9112 s. 6.1).
  if (!tunnel && status >= 200 && status !== 204) {
    const { framing } = whole
    if (framing === 'length') {
      const length = String(whole.content.length)
      own.push(makeLine('Content-Length', length, parts.framingStyle))
    } else if (framing === 'chunked') {
      const codings = written(parts.codings, casing)
      own.push(makeLine('Transfer-Encoding', codings, parts.framingStyle))
    }
  }

  let { connection } = parts
  if (!last && version === '1.0') connection = 'keep-alive'
  if (!last && connection === 'close') connection = null
  if (status === 101) {
    connection = 'upgrade'
    own.push(makeLine('Upgrade', 'x/1', parts.framingStyle))
  }
  if (connection !== null) {
    own.push(makeLine('Connection', written(connection, casing), parts.connectionStyle))
  }
  const persists = version === '1.1' ? connection !== 'close' : connection === 'keep-alive'
  return {
    head: { type: 'response', status, reason, version },
    startLine: `HTTP/${version} ${status} ${reason}\r\n`,
    lines: amongLines(parts.lines, own, parts.place),
    body,
    requestMethod,
    keepAlive: persists && body.framing !== 'until-close' && !upgrades,
    upgrades,
  }
}

const ordinary = parts(finalStatus, requestMethod, bodyOf('length', 'chunked')).map((parts) =>
  // Only `switching` opens tunnels.
  parts.requestMethod === 'CONNECT' && isSuccess(parts.status)
    ? { ...parts, requestMethod: 'GET' }
    : parts,
)

const closing = parts(
  finalStatus.filter((status) => !hasNoBody(status, null)),
  fc.constantFrom('GET', 'POST', 'get'),
  bodyOf('until-close'),
)

const nothing = fc.constant(NO_BODY)

const switching = oneOf(
  parts(fc.constant(101), fc.constantFrom('GET', 'OPTIONS', 'POST'), nothing),
  parts(fc.integer({ min: 200, max: 299 }), fc.constant('CONNECT'), nothing),
)

/** Final responses with a body of this framing; with `until-close` the connection ends. */
function framedBy(framing: Exclude<Framing, 'none'>): fc.Arbitrary<Parts> {
  if (framing === 'until-close') return closing
  const status = finalStatus.filter((status) => !hasNoBody(status, null))
  return parts(status, fc.constantFrom('GET', 'POST', 'get', 'head'), bodyOf(framing))
}

const ofNoBody = bodyOf('length', 'chunked', 'none')

const withoutBody = oneOf(
  parts(fc.constantFrom(204, 304), fc.constantFrom('GET', 'POST', 'HEAD', 'get'), ofNoBody),
  parts(finalStatus, fc.constant('HEAD'), ofNoBody),
)

/** Interim responses in parts, without 101. */
export const interimDraft: fc.Arbitrary<ResponseDraft> = parts(
  oneOf(fc.constantFrom(100, 102, 103), fc.integer({ min: 102, max: 199 })),
  fc.constant(null),
  nothing,
).map((parts) => draftOf(parts, false))

/**
 * Final responses in parts, and 101 if `upgrades` allows it.
 *
 * @param last Whether no message has to follow. Otherwise no response ends the connection or leaves
 *   HTTP.
 */
export function finalDraft(
  { framing, upgrades = true }: ResponseConstraints,
  last: boolean,
): fc.Arbitrary<ResponseDraft> {
  const kinds: fc.WeightedArbitrary<Parts>[] = []
  if (framing !== undefined && framing !== 'none') {
    kinds.push({ weight: 1, arbitrary: framedBy(framing) })
  } else {
    kinds.push({ weight: 2, arbitrary: withoutBody })
    if (framing === undefined) kinds.push({ weight: 6, arbitrary: ordinary })
    if (last && framing === undefined) kinds.push({ weight: 2, arbitrary: closing })
    if (last && upgrades) kinds.push({ weight: 1, arbitrary: switching })
  }
  return oneOf(...kinds).map((parts) => draftOf(parts, last))
}

export function makeResponse(draft: ResponseDraft): GeneratedResponse {
  const { requestMethod, keepAlive, upgrades } = draft
  const kind = 'response' as const
  const answers = requestMethod === null ? '' : ` to ${requestMethod}`
  return shownByBytes({ kind, ...assemble(draft), requestMethod, keepAlive, upgrades }, answers)
}

/**
 * A valid response: interim and final, status 100 to 600 and 999, HTTP/1.1 and 1.0, every framing, no
 * body (to HEAD, 204, 304), field lines and trailers, in all equivalent spellings. Report
 * `requestMethod` to a parser before the bytes.
 *
 * @throws TypeError if a constraint is invalid.
 *
 * @example
 * fc.assert(fc.property(response(), ({ bytes, message, requestMethod }) => {
 *   expect(parseResponse(bytes, requestMethod).body).toEqual(message.body)
 * }))
 */
export function response(constraints: ResponseConstraints = {}): fc.Arbitrary<GeneratedResponse> {
  checkConstraints(constraints, RESPONSE_CHECKS)
  const { framing } = constraints
  const final = finalDraft(constraints, true)
  const mayBeInterim = framing === undefined || framing === 'none'
  const any = oneOf(
    { weight: 8, arbitrary: final },
    { weight: 1, arbitrary: mayBeInterim ? interimDraft : final },
  )
  return any.map(makeResponse)
}
