/**
 * Sequences of messages on one connection: each message but the last allows another to follow.
 */

import * as fc from 'fast-check'
import type { Framing } from 'httpwire'
import { atLeast, checkConstraints, completeLengths } from './constraints.ts'
import {
  type GeneratedRequest,
  makeRequest,
  REQUEST_CHECKS,
  type RequestConstraints,
  requestDraft,
} from './requests.ts'
import {
  finalDraft,
  type GeneratedResponse,
  interimDraft,
  makeResponse,
  RESPONSE_CHECKS,
  type ResponseConstraints,
} from './responses.ts'
import { sequence } from './shrinking.ts'
import { mostly } from './text.ts'
import { joinBytes, shownByBytes } from './wire.ts'

/** Requests on one connection, and their bytes. */
export interface GeneratedRequests {
  readonly kind: 'request'
  readonly bytes: Uint8Array
  readonly messages: readonly GeneratedRequest[]
  /** Always empty, so that streams of both kinds can be treated alike. */
  readonly requestMethods: readonly string[]
}

/** Responses on one connection, and their bytes. */
export interface GeneratedResponses {
  readonly kind: 'response'
  readonly bytes: Uint8Array
  readonly messages: readonly GeneratedResponse[]
  /** The methods of the requests that the final responses answer, in order. */
  readonly requestMethods: readonly string[]
}

/** The number of messages in a sequence. */
export interface SequenceConstraints {
  /** 1 unless given, and at least 1. */
  readonly minLength?: number | undefined
  /** 4 unless given, or `minLength` if that is more; at least `minLength`. */
  readonly maxLength?: number | undefined
}

const SEQUENCE_CHECKS = { minLength: atLeast(1), maxLength: atLeast(1) }

/**
 * Valid requests on one connection, pipelined: 1 to 4 unless given. Only the last one may end the
 * connection or offer to leave HTTP.
 *
 * @throws TypeError or RangeError if a constraint is invalid.
 */
export function requests(
  constraints: RequestConstraints & SequenceConstraints = {},
): fc.Arbitrary<GeneratedRequests> {
  checkConstraints(constraints, { ...REQUEST_CHECKS, ...SEQUENCE_CHECKS })
  const before = requestDraft(constraints, false).map(makeRequest)
  const last = requestDraft(constraints, true).map(makeRequest)
  const shape = { ...completeLengths(constraints, 1, 4), lastStays: false }
  return sequence(before, last, shape).map((messages) =>
    shownByBytes({
      kind: 'request' as const,
      bytes: joinBytes(messages.map(({ bytes }) => bytes)),
      messages,
      requestMethods: [],
    }),
  )
}

/**
 * Valid responses on one connection, some preceded by interim ones: 1 to 4 final ones unless given.
 * Only the last one may end the connection, have a body that ends with it, or leave HTTP. With
 * `framing: 'until-close'` the last one has such a body, and those before it have any other framing.
 *
 * @throws TypeError or RangeError if a constraint is invalid.
 */
export function responses(
  constraints: ResponseConstraints & SequenceConstraints = {},
): fc.Arbitrary<GeneratedResponses> {
  checkConstraints(constraints, { ...RESPONSE_CHECKS, ...SEQUENCE_CHECKS })
  const { framing, upgrades } = constraints
  const untilClose = framing === 'until-close'
  const interim = mostly(
    [],
    framing === undefined || framing === 'none'
      ? fc.array(interimDraft, { minLength: 1, maxLength: 2 })
      : fc.constant([]),
  )
  const exchange = (framing: Framing | undefined, last: boolean) =>
    fc
      .tuple(interim, finalDraft({ framing, upgrades }, last))
      .map((drafts) => drafts.flat().map(makeResponse))
  const before = exchange(untilClose ? undefined : framing, false)
  const shape = { ...completeLengths(constraints, 1, 4), lastStays: untilClose }
  return sequence(before, exchange(framing, true), shape).map((exchanges) => {
    const messages = exchanges.flat()
    return shownByBytes({
      kind: 'response' as const,
      bytes: joinBytes(messages.map(({ bytes }) => bytes)),
      messages,
      requestMethods: messages.flatMap(({ requestMethod }) => requestMethod ?? []),
    })
  })
}
