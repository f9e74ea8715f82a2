/**
 * Valid requests, each with what a parser must report for it.
 */

import * as fc from 'fast-check'
import type { RequestHeadInit, TargetForm, Version } from 'httpwire'
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
  transferCodings,
} from './messages.ts'
import { anyHost, connectTarget, type GeneratedTarget, ordinaryTarget } from './targets.ts'
import { casing, mostly, oneOf, written } from './text.ts'
import { shownByBytes } from './wire.ts'

/** A valid request: its bytes, and what a parser must report for them. */
export interface GeneratedRequest extends GeneratedMessage<RequestHeadInit> {
  readonly kind: 'request'
  readonly targetForm: TargetForm
  /** Whether the client waits for 100 (Continue) before it sends content (RFC 9110 s. 10.1.1). */
  readonly expectsContinue: boolean
}

/** Constraints on a {@link request}. */
export interface RequestConstraints {
  /** Only requests with this framing; any of the three unless given. */
  readonly framing?: 'none' | 'length' | 'chunked' | undefined
  /**
   * Whether requests may offer to leave HTTP, by CONNECT or by an Upgrade field that Connection names.
   * `true` unless given.
   */
  readonly upgrades?: boolean | undefined
}

export const REQUEST_CHECKS = {
  framing: oneOfThese('none', 'length', 'chunked'),
  upgrades: trueOrFalse,
}

/** A request in parts. */
interface RequestDraft extends Draft<RequestHeadInit> {
  readonly targetForm: TargetForm
  readonly keepAlive: boolean
  readonly upgrades: boolean
  readonly expectsContinue: boolean
}

interface Parts {
  readonly target: GeneratedTarget
  readonly version: Version
  readonly host: string | null
  readonly connection: string | null
  readonly upgrade: boolean
  readonly expect: boolean
  readonly codings: string
  readonly body: BodyDraft
  readonly lines: readonly Line[]
  readonly styles: readonly LineStyle[]
  readonly casing: number
  readonly place: number
}

function parts(
  target: fc.Arbitrary<GeneratedTarget>,
  body: fc.Arbitrary<BodyDraft>,
  upgrade: boolean,
): fc.Arbitrary<Parts> {
  return fc.record({
    target,
    version: mostly<Version>('1.1', fc.constant('1.0'), 2),
    host: fc.option(anyHost, { freq: 8 }),
    connection: mostly(null, fc.constantFrom('keep-alive', 'close')),
    upgrade: fc.constant(upgrade),
    expect: mostly(false, fc.constant(true)),
    codings: transferCodings,
    body,
    lines: plainLines,
    styles: fc.array(lineStyle, { minLength: 5, maxLength: 5 }),
    casing,
    place,
  })
}

/** @param last Whether no message has to follow, so that the connection may end. */
function draftOf(parts: Parts, last: boolean): RequestDraft {
  const { target, body, upgrade, casing } = parts
  // RFC 9112 s. 6.1, RFC 9110 s. 7.8, 10.1.1: HTTP/1.0 has no chunked coding, Upgrade or Expect.
  const modern = body.framing === 'chunked' || upgrade
  const version = modern ? '1.1' : parts.version
  const expectsContinue = parts.expect && version === '1.1' && body.content.length > 0

  const fields: [name: string, value: string][] = []
  if (version === '1.1' || parts.host !== null) {
    fields.push(['Host', target.authority ?? parts.host ?? 'a.example'])
  }
  if (body.framing === 'length') fields.push(['Content-Length', String(body.content.length)])
  if (body.framing === 'chunked') {
    fields.push(['Transfer-Encoding', written(parts.codings, casing)])
  }
  if (expectsContinue) fields.push(['Expect', written('100-continue', casing)])

  let { connection } = parts
  if (!last && version === '1.0') connection = 'keep-alive'
  if (!last && connection === 'close') connection = null
  const keepAlive = connection === null ? version === '1.1' : connection === 'keep-alive'
  const options = [connection, upgrade ? 'upgrade' : null].filter((option) => option !== null)
  if (options.length > 0) fields.push(['Connection', written(options.join(', '), casing)])

  const own = fields.map(([name, value], i) => makeLine(name, value, styleOf(parts.styles, i)))
  const upgradeLine = makeLine('Upgrade', 'x/1', styleOf(parts.styles, 0))
  const { method } = target
  return {
    head: { type: 'request', method, target: target.target, version },
    startLine: `${method} ${target.target} HTTP/${version}\r\n`,
    lines: amongLines(parts.lines, upgrade ? [...own, upgradeLine] : own, parts.place),
    body,
    targetForm: target.form,
    keepAlive,
    upgrades: upgrade || target.form === 'authority',
    expectsContinue,
  }
}

function styleOf(styles: readonly LineStyle[], i: number): LineStyle {
  return styles[i % styles.length] ?? { casing: 0, before: ' ', after: '' }
}

/**
 * Requests in parts.
 *
 * @param last Whether no message has to follow. Otherwise the requests neither end the connection nor
 *   offer to switch protocols.
 */
export function requestDraft(
  { framing, upgrades = true }: RequestConstraints,
  last: boolean,
): fc.Arbitrary<RequestDraft> {
  const body = framing === undefined ? bodyOf('none', 'length', 'chunked') : bodyOf(framing)
  const ordinary = parts(ordinaryTarget, body, false)
  const kinds: fc.WeightedArbitrary<Parts>[] = [{ weight: 10, arbitrary: ordinary }]
  if (last && upgrades) {
    kinds.push({ weight: 1, arbitrary: parts(ordinaryTarget, body, true) })
    // RFC 9110 s. 9.3.6: a CONNECT request has no content.
    if (framing === undefined || framing === 'none') {
      kinds.push({ weight: 1, arbitrary: parts(connectTarget, bodyOf('none'), false) })
    }
  }
  return oneOf(...kinds).map((parts) => draftOf(parts, last))
}

export function makeRequest(draft: RequestDraft): GeneratedRequest {
  const { targetForm, keepAlive, upgrades, expectsContinue } = draft
  const kind = 'request' as const
  const own = { targetForm, keepAlive, upgrades, expectsContinue }
  return shownByBytes({ kind, ...assemble(draft), ...own })
}

/**
 * A valid request: many methods, every form of target, HTTP/1.1 and 1.0, every framing, field lines and
 * trailers, in all equivalent spellings.
 *
 * @throws TypeError if a constraint is invalid.
 *
 * @example
 * fc.assert(fc.property(request(), ({ bytes, message }) => {
 *   expect(parseHead(bytes).method).toBe(message.head.method)
 * }))
 */
export function request(constraints: RequestConstraints = {}): fc.Arbitrary<GeneratedRequest> {
  checkConstraints(constraints, REQUEST_CHECKS)
  return requestDraft(constraints, true).map(makeRequest)
}
