/**
 * Parsed heads that are written verbatim: a head that was not edited is written with the bytes that
 * were received, and is judged anew in the place where it is written.
 */

import { describe, expect, test } from 'vitest'
import {
  Fields,
  type RequestHead,
  RequestSerializer,
  ResponseParser,
  ResponseSerializer,
} from '../../src/index.ts'
import { expectRefused, text } from '../support/refusals.ts'
import { readHead, writeHead } from '../support/run-serializer.ts'

describe('the option verbatim', () => {
  const ODD = 'POST /x HTTP/1.1\r\nhOST:a\r\nA:  \t b \t\r\nA:\r\ncontent-length:3\r\n\r\n'
  const CANONICAL = 'POST /x HTTP/1.1\r\nhOST: a\r\nA: b\r\nA:\r\ncontent-length: 3\r\n\r\n'

  test('is off by default', () => {
    expect(writeHead(readHead(ODD))).toBe(CANONICAL)
    expect(writeHead(readHead(ODD), { verbatim: false })).toBe(CANONICAL)
  })

  test('writes the received bytes of a head as a view of them', () => {
    const head = readHead(ODD)
    const [bytes] = new RequestSerializer({ verbatim: true }).write(head as RequestHead)
    expect(text(bytes ?? new Uint8Array())).toBe(ODD)
    expect(bytes?.buffer).toBe(head.bytes.buffer)
  })

  test('applies to a head that was read, copied or detached, but not to a copy of it', () => {
    const head = readHead(ODD)
    head.headers.get('a')
    head.headers.delete('no such field')
    Fields.from(head.headers).append('B', 'c')
    expect(writeHead(head.detach(), { verbatim: true })).toBe(ODD)
    const { method, target } = head as RequestHead
    const copy = { method, target, headers: head.headers }
    expect(text(...new RequestSerializer({ verbatim: true }).write(copy))).toBe(CANONICAL)
  })

  test('does not apply to a head that was edited, even if the edit was undone', () => {
    const head = readHead(ODD)
    head.headers.append('B', 'c')
    expect(writeHead(head, { verbatim: true })).toBe(
      CANONICAL.replace('\r\n\r\n', '\r\nB: c\r\n\r\n'),
    )
    head.headers.delete('B')
    expect(writeHead(head, { verbatim: true })).toBe(CANONICAL)
  })

  test('judges a response by the request that it answers here, not by the one it was parsed for', () => {
    const wire = 'HTTP/1.1 200 OK\r\nContent-Length:2\r\n\r\n'
    const head = readHead(wire)
    const run = () => writeHead(head, { verbatim: true }, 'CONNECT')
    expectRefused(run, 'FRAMING_FIELD_NOT_ALLOWED', 0)
    // The refusal does not affect the head itself.
    expect(writeHead(head, { verbatim: true })).toBe(wire)
    expect(writeHead(head)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
    expect(writeHead(readHead(wire, 'CONNECT'), { verbatim: true })).toBe(wire)
  })

  test('frames the message by the Content-Length in the received bytes', () => {
    const serializer = new RequestSerializer({ verbatim: true })
    serializer.write(readHead(ODD) as RequestHead)
    expectRefused(() => serializer.write({ type: 'end' }), 'CONTENT_LENGTH_MISMATCH', ODD.length)
    serializer.write({ type: 'data', bytes: 'abc' })
    expect(serializer.write({ type: 'end' })).toEqual([])
    expect(serializer.offset).toBe(ODD.length + 3)
  })

  test('reports refusals at their offset in the output, not in the parsed input', () => {
    const parser = new ResponseParser().push(
      Buffer.from('HTTP/1.1 204 X\r\nA: b\r\n\r\nHTTP/1.1 204\r\n\r\n'),
    )
    const heads = [...parser].filter((event) => event.type === 'response')
    const serializer = new ResponseSerializer({ verbatim: true })
    const [, second] = heads
    if (second === undefined) throw new Error('no head')
    expectRefused(() => serializer.write(second), 'INVALID_STATUS', 0)
    serializer.write({ status: 204 })
    serializer.write({ type: 'end' })
    expectRefused(() => serializer.write(second), 'INVALID_STATUS', serializer.offset)
  })
})
