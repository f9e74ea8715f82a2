/**
 * Asserts that a parsed message survives being written again.
 */

import { expect } from 'vitest'
import {
  type Message,
  type ParserOptions,
  parse,
  type SerializeOptions,
  type SerializerOptions,
  serialize,
} from '../../src/index.ts'
import { meaning } from './run-serializer.ts'
import { latin1 } from './wire-text.ts'

/** Whether the head is of a request without a framing field whose method anticipates content. */
function isBareRequest(head: Message['head']): boolean {
  const framed = head.headers.has('content-length') || head.headers.has('transfer-encoding')
  return head.type === 'request' && !framed && ['POST', 'PUT', 'PATCH'].includes(head.method)
}

/**
 * Expects that the message has the same head, byte for byte, when written verbatim; that in canonical
 * form it has the same meaning; and that writing the canonical form again changes nothing.
 *
 * @param requestMethod The method of the request that it answers, if it is a response.
 */
export function expectSurvival(
  message: Message,
  requestMethod?: string,
  rules: { readonly parser?: ParserOptions; readonly serializer?: SerializerOptions } = {},
): void {
  const options: SerializeOptions = {
    ...rules.serializer,
    ...(requestMethod === undefined ? {} : { requestMethod }),
  }
  const { bytes, framing, type } = message.head
  const verbatim = serialize(message, { ...options, verbatim: true })
  expect(latin1(verbatim.subarray(0, bytes.length))).toBe(latin1(bytes))

  const canonical = serialize(message, options)
  const requestMethods = requestMethod === undefined ? [] : [requestMethod]
  const [back] = parse(canonical, { kind: type, requestMethods, ...rules.parser }).messages
  if (back === undefined) throw new Error('nothing came back')
  const expected = meaning(message)
  if (isBareRequest(message.head)) {
    // RFC 9110 s. 8.6: the serializer adds it where it was left out.
    expected.headers.push(['Content-Length', '0'])
  }
  if (framing === 'until-close') {
    expected.headers.push(['Content-Length', String(message.body.length)])
  }
  expect(meaning(back)).toEqual(expected)
  expect(latin1(serialize(back, options))).toBe(latin1(canonical))
}
