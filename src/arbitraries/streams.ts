/**
 * Sequences of messages on one connection: each message but the last allows another to follow.
 */

import * as fc from 'fast-check'
import {
  type GeneratedRequest,
  makeRequest,
  type RequestOptions,
  request,
  requestDraft,
} from './requests.ts'
import {
  finalDraft,
  type GeneratedResponse,
  interimDraft,
  makeResponse,
  type ResponseDraft,
  type ResponseOptions,
} from './responses.ts'
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
export interface SequenceOptions {
  /** 1 unless given, and at least 1. */
  readonly minLength?: number
  /** 4 unless given, and at least 1. */
  readonly maxLength?: number
}

/** Several of `before`, which allow another message to follow, then one of `last`. */
function sequence<T>(
  before: fc.Arbitrary<T>,
  last: fc.Arbitrary<T>,
  { minLength = 1, maxLength = Math.max(4, minLength) }: SequenceOptions,
): fc.Arbitrary<T[]> {
  const others = fc.array(before, { minLength: minLength - 1, maxLength: maxLength - 1 })
  return fc.tuple(others, last).map(([others, last]) => [...others, last])
}

/**
 * Valid requests on one connection, pipelined: 1 to 4 unless given. Only the last one may end the
 * connection or offer to leave HTTP.
 */
export function requests(
  options: RequestOptions & SequenceOptions = {},
): fc.Arbitrary<GeneratedRequests> {
  const before = requestDraft(options, false).map(makeRequest)
  return sequence(before, request(options), options).map((messages) =>
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
 * Only the last one may end the connection, have a body that ends with it, or leave HTTP.
 */
export function responses(
  options: ResponseOptions & SequenceOptions = {},
): fc.Arbitrary<GeneratedResponses> {
  const { framing } = options
  // Only the last response can have a body that ends with the connection.
  const { framing: _, ...others } = options
  const before = finalDraft(framing === 'until-close' ? others : options, false)
  const interim = mostly(
    [],
    framing === undefined || framing === 'none'
      ? fc.array(interimDraft, { minLength: 1, maxLength: 2 })
      : fc.constant([]),
  )
  const behindInterim = (final: fc.Arbitrary<ResponseDraft>) =>
    fc.tuple(interim, final).map((drafts) => drafts.flat().map(makeResponse))
  const last = finalDraft(options, true)
  return sequence(behindInterim(before), behindInterim(last), options).map((exchanges) => {
    const messages = exchanges.flat()
    return shownByBytes({
      kind: 'response' as const,
      bytes: joinBytes(messages.map(({ bytes }) => bytes)),
      messages,
      requestMethods: messages.flatMap(({ requestMethod }) => requestMethod ?? []),
    })
  })
}
