/**
 * Chunks whose memory is detached or shrunk before they are read. This mistake of the caller must be
 * reported as a local `WRONG_STATE` error, and must neither pass silently nor cause a hang.
 */

import { expect, test } from 'vitest'
import { RequestParser, RequestSerializer } from '../../src/index.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

test('read throws WRONG_STATE for a chunk that is detached after some of it was read', () => {
  const chunk = bytes('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello')
  const parser = new RequestParser().push(chunk)
  expect(parser.read()?.type).toBe('request')
  structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
  expect(() => parser.read()).toThrow(
    expect.objectContaining({ code: 'WRONG_STATE', side: 'local' }),
  )
})

test('read throws WRONG_STATE for a chunk that is detached while it waits behind another chunk', () => {
  const first = bytes('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe')
  const second = bytes('llo')
  const parser = new RequestParser().push(first).push(second)
  structuredClone(second.buffer, { transfer: [second.buffer] })
  expect(parser.read()?.type).toBe('request')
  expect(parser.read()?.type).toBe('data')
  expect(() => parser.read()).toThrow(
    expect.objectContaining({ code: 'WRONG_STATE', side: 'local', offset: first.length }),
  )
})

test('read throws WRONG_STATE, not an error of the peer, for a chunk that shrinks while it waits', () => {
  interface Resizable extends ArrayBuffer {
    resize(length: number): void
  }
  const memory: Resizable = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 8 }])
  const second = new Uint8Array(memory)
  const parser = new RequestParser()
  parser.push(bytes('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n')).push(second)
  expect(parser.read()?.type).toBe('request')
  memory.resize(3)
  expect(() => parser.read()).toThrow(
    expect.objectContaining({ code: 'WRONG_STATE', side: 'local' }),
  )
})

test('takeRest throws WRONG_STATE for a chunk that was detached', () => {
  const chunk = bytes('GET / HTTP/1.1\r\nHost: a\r\n\r\nrest')
  const parser = new RequestParser().push(chunk)
  while (parser.read()?.type !== 'end');
  structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
  expect(() => parser.takeRest()).toThrow(
    expect.objectContaining({ code: 'WRONG_STATE', side: 'local' }),
  )
})

test('RequestSerializer refuses a head whose chunk was transferred, and can write another head', () => {
  const chunk = bytes('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n')
  const head = new RequestParser().push(chunk).read()
  structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
  if (head?.type !== 'request') throw new Error('no head')
  for (const verbatim of [true, false]) {
    const serializer = new RequestSerializer({ verbatim })
    expect(() => serializer.write(head)).toThrow(
      expect.objectContaining({ code: 'WRONG_STATE', side: 'local' }),
    )
    expect(serializer.offset).toBe(0)
    serializer.write({ method: 'GET', target: '/', headers: { Host: 'a' } })
  }
})

test.each(['/short', `/${'long'.repeat(20)}`])(
  'the members of a head throw WRONG_STATE after its chunk was transferred: %s',
  (target) => {
    const chunk = bytes(`PUT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
    const head = new RequestParser().push(chunk).read()
    structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
    if (head?.type !== 'request') throw new Error('no head')
    const lost = expect.objectContaining({ code: 'WRONG_STATE', side: 'local' })
    expect(() => head.method).toThrow(lost)
    expect(() => head.target).toThrow(lost)
    expect(() => head.headers.raw()).toThrow(lost)
    expect(() => head.headers.has('Host')).toThrow(lost)
    expect(() => head.targetForm).toThrow(lost)
    expect(() => head.bytes).toThrow(lost)
    expect(() => head.detach()).toThrow(lost)
  },
)

test('edited fields throw WRONG_STATE after their chunk was transferred, and do not appear absent', () => {
  const chunk = bytes('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const head = new RequestParser().push(chunk).read()
  if (head?.type !== 'request') throw new Error('no head')
  const { headers } = head
  headers.append('Via', '1.1 a')
  structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
  const lost = expect.objectContaining({ code: 'WRONG_STATE', side: 'local' })
  expect(() => headers.has('Host')).toThrow(lost)
  expect(() => headers.get('Host')).toThrow(lost)
  expect(() => headers.delete('Host')).toThrow(lost)
  expect(() => headers.deleteHopByHop()).toThrow(lost)
  expect(() => headers.raw()).toThrow(lost)
  const message = { method: 'GET', target: '/', headers }
  expect(() => new RequestSerializer().write(message)).toThrow(lost)
})
