/**
 * Heads that were parsed and are written verbatim: the very bytes that came, for a head that nobody
 * edited, judged anew by what is written here.
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

describe('verbatim', () => {
  const ODD = 'POST /x HTTP/1.1\r\nhOST:a\r\nA:  \t b \t\r\nA:\r\ncontent-length:3\r\n\r\n'
  const CANONICAL = 'POST /x HTTP/1.1\r\nhOST: a\r\nA: b\r\nA:\r\ncontent-length: 3\r\n\r\n'

  test('is off unless it is asked for', () => {
    expect(writeHead(readHead(ODD))).toBe(CANONICAL)
    expect(writeHead(readHead(ODD), { verbatim: false })).toBe(CANONICAL)
  })

  test('gives the very bytes that came, as a view', () => {
    const head = readHead(ODD)
    const [bytes] = new RequestSerializer({ verbatim: true }).write(head as RequestHead)
    expect(text(bytes ?? new Uint8Array())).toBe(ODD)
    expect(bytes?.buffer).toBe(head.bytes.buffer)
  })

  test('holds for heads that were looked at, copied and detached, but not for their copies', () => {
    const head = readHead(ODD)
    head.headers.get('a')
    head.headers.delete('no such field')
    Fields.from(head.headers).append('B', 'c')
    expect(writeHead(head.detach(), { verbatim: true })).toBe(ODD)
    const { method, target } = head as RequestHead
    const copy = { method, target, headers: head.headers }
    expect(text(...new RequestSerializer({ verbatim: true }).write(copy))).toBe(CANONICAL)
  })

  test('does not hold for a head that was edited, be it to the same', () => {
    const head = readHead(ODD)
    head.headers.append('B', 'c')
    expect(writeHead(head, { verbatim: true })).toBe(
      CANONICAL.replace('\r\n\r\n', '\r\nB: c\r\n\r\n'),
    )
    head.headers.delete('B')
    expect(writeHead(head, { verbatim: true })).toBe(CANONICAL)
  })

  test('is judged by what the response answers here, not where it came from', () => {
    const wire = 'HTTP/1.1 200 OK\r\nContent-Length:2\r\n\r\n'
    const head = readHead(wire)
    const run = () => writeHead(head, { verbatim: true }, 'CONNECT')
    expectRefused(run, 'FRAMING_FIELD_NOT_ALLOWED', 0)
    // Which says nothing of the head itself.
    expect(writeHead(head, { verbatim: true })).toBe(wire)
    expect(writeHead(head)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
    expect(writeHead(readHead(wire, 'CONNECT'), { verbatim: true })).toBe(wire)
  })

  test('frames the message as its bytes say', () => {
    const serializer = new RequestSerializer({ verbatim: true })
    serializer.write(readHead(ODD) as RequestHead)
    expectRefused(() => serializer.write({ type: 'end' }), 'CONTENT_LENGTH_MISMATCH', ODD.length)
    serializer.write({ type: 'data', bytes: 'abc' })
    expect(serializer.write({ type: 'end' })).toEqual([])
    expect(serializer.offset).toBe(ODD.length + 3)
  })

  test('refusals say where in what is written, not in what was read', () => {
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
