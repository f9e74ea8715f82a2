/** The WebSocket echo, tested with a client that writes each frame itself. */

import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, open, start } from './program.ts'

const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10
const FINAL = 0x80

const OFFER = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

interface Frame {
  readonly opcode: number
  readonly payload: Buffer
}

/** A client's frame, which is masked; `first` is its first byte. */
function frame(first: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload)
  const { length } = bytes
  const mask = randomBytes(4)
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff]
  const masked = bytes.map((byte, i) => byte ^ (mask[i % 4] ?? 0))
  return Buffer.concat([Buffer.from([first, ...size]), mask, masked])
}

/** The frames of a server, with payloads of at most 65,535 bytes. */
async function* frames(duplex: Duplex, rest: Uint8Array): AsyncGenerator<Frame, undefined> {
  let bytes = Buffer.from(rest)
  for await (const chunk of duplex.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk])
    for (let end = endOfFrame(bytes); end <= bytes.length; end = endOfFrame(bytes)) {
      const payload = bytes.subarray(bytes[1] === 126 ? 4 : 2, end)
      yield { opcode: (bytes[0] ?? 0) & 0x0f, payload }
      bytes = bytes.subarray(end)
    }
  }
  return undefined
}

/** The end of the first frame, or of the part of its head that is needed to tell it. */
function endOfFrame(bytes: Buffer): number {
  if (bytes.length < 2) return 2
  if (bytes[1] !== 126) return 2 + (bytes[1] ?? 0)
  return bytes.length < 4 ? 4 : 4 + bytes.readUInt16BE(2)
}

/** A client after its handshake. */
async function talk(port: number) {
  const socket = await open(port)
  const { head, upgrade } = await requestOver(socket, { target: '/', headers: OFFER })
  if (upgrade === undefined) throw new Error(`${head.status} instead of an upgrade`)
  const { duplex, rest } = upgrade
  const received = frames(duplex, rest)
  const next = async () => {
    const { value } = await received.next()
    return value && [value.opcode, `${value.payload}`]
  }
  return { head, duplex, next, status: async () => closeStatus((await received.next()).value) }
}

function closeStatus(value: Frame | undefined): number | undefined {
  return value?.opcode === CLOSE ? value.payload.readUInt16BE(0) : undefined
}

describe('the WebSocket handshake', () => {
  test('returns the Sec-WebSocket-Accept of the sample in RFC 6455 s. 1.3', async () => {
    const { port } = await start('websocket', '0')
    const { head } = await talk(port)
    expect(head.status).toBe(101)
    expect(head.headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  })

  test('succeeds with curl', async () => {
    const { url, port, end } = await start('websocket', '0')
    expect(url).toMatch(/^ws:/)
    const fields = Object.entries(OFFER).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const seen = curl('--include', '--no-buffer', ...fields, `http://127.0.0.1:${port}/`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await end()
    expect(await seen).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
  })

  test.each([
    ['that is none', {}, 426],
    ['without Connection', { ...OFFER, Connection: 'keep-alive' }, 426],
    ['for something else', { ...OFFER, Upgrade: 'h2c' }, 426],
    ['of another version', { ...OFFER, 'Sec-WebSocket-Version': '12' }, 426],
    ['without a key', { ...OFFER, 'Sec-WebSocket-Key': '' }, 400],
    ['with a key that is too short', { ...OFFER, 'Sec-WebSocket-Key': 'AAAA' }, 400],
  ])('is declined for an offer %s', async (_, headers, status) => {
    const { port } = await start('websocket', '0')
    const socket = await open(port)
    const { head, reusable } = await requestOver(socket, {
      target: '/',
      headers: { Host: 'a', ...headers },
    })
    expect([head.status, reusable]).toEqual([status, true])
    if (status === 426) {
      expect(head.headers.get('upgrade')).toBe('websocket')
      expect(head.headers.get('sec-websocket-version')).toBe('13')
    }
  })

  test('is declined for HTTP/1.0 and for POST', async () => {
    const { port } = await start('websocket', '0')
    const fields = Object.entries(OFFER).map(([name, value]) => `${name}: ${value}`)
    expect(await exchange(port, 'GET / HTTP/1.0', ...fields, '', '')).toMatch(/^HTTP\/1.1 426 /)
    const post = ['POST / HTTP/1.1', ...fields, 'Connection: close', 'Content-Length: 0', '', '']
    expect(await exchange(port, ...post)).toMatch(/^HTTP\/1.1 426 /)
  })
})

describe('the WebSocket echo', () => {
  test.each([
    ['nothing', ''],
    ['some text', 'Hello, Zoë!'],
    ['as much as a short frame has', 'a'.repeat(125)],
    ['more than that', 'a'.repeat(126)],
    ['as much as there may be', 'a'.repeat(65_535)],
  ])('returns a message with %s', async (_, text) => {
    const { port } = await start('websocket', '0')
    const { duplex, next } = await talk(port)
    duplex.write(frame(FINAL | TEXT, text))
    expect(await next()).toEqual([TEXT, text])
  })

  test('returns a message that arrives in one packet with the handshake', async () => {
    const { port } = await start('websocket', '0')
    const socket = await open(port)
    const fields = Object.entries(OFFER).map(([name, value]) => `${name}: ${value}`)
    const head = `${['GET / HTTP/1.1', ...fields].join('\r\n')}\r\n\r\n`
    socket.write(Buffer.concat([Buffer.from(head), frame(FINAL | TEXT, 'early')]))
    let seen = ''
    while (!seen.endsWith('early')) seen += (await once(socket, 'data'))[0].toString('latin1')
    expect(seen).toMatch(/^HTTP\/1.1 101 /)
  })

  test('returns a message that arrives byte by byte', async () => {
    const { port } = await start('websocket', '0')
    const { duplex, next } = await talk(port)
    for (const byte of frame(FINAL | TEXT, 'slowly')) {
      duplex.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    expect(await next()).toEqual([TEXT, 'slowly'])
  })

  test('returns a message in several frames, with a ping in between and a character cut in two', async () => {
    const { port } = await start('websocket', '0')
    const { duplex, next } = await talk(port)
    const text = Buffer.from('Zoë')
    duplex.write(frame(TEXT, text.subarray(0, 3)))
    duplex.write(frame(FINAL | PING, 'still there?'))
    duplex.write(frame(0, ''))
    duplex.write(frame(FINAL, text.subarray(3)))
    expect(await next()).toEqual([PONG, 'still there?'])
    expect(await next()).toEqual([TEXT, 'Zoë'])
  })

  test('returns messages in order, and stops reading while the client does not read', async () => {
    const { port } = await start('websocket', '0')
    const { duplex, next } = await talk(port)
    const hash = createHash('sha1')
    for (let i = 0; i < 500; i++) {
      const text = `${i} `.padEnd(60_000, 'x')
      hash.update(text)
      duplex.write(frame(FINAL | TEXT, text))
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    // The server has stopped reading: most of the data is still in the buffer here.
    expect(duplex.writableLength).toBeGreaterThan(10_000_000)
    const back = createHash('sha1')
    for (let i = 0; i < 500; i++) back.update(`${(await next())?.[1]}`)
    expect(back.digest('hex')).toBe(hash.digest('hex'))
  })
})

describe('the WebSocket connection', () => {
  test('closes with 1000 when the client asks for it', async () => {
    const { port } = await start('websocket', '0')
    const { duplex, next, status } = await talk(port)
    duplex.write(frame(FINAL | CLOSE, Buffer.of(0x03, 0xe8)))
    expect(await status()).toBe(1000)
    expect(await next()).toBeUndefined()
  })

  test.each([
    ['a frame without a mask', Buffer.of(FINAL | TEXT, 1, 0x61), 1002],
    ['a bit of an extension', frame(FINAL | 0x40 | TEXT, 'a'), 1002],
    ['a ping in parts', frame(PING, 'a'), 1002],
    ['a continuation of nothing', frame(FINAL, 'a'), 1002],
    ['a text in a text', Buffer.concat([frame(TEXT, 'a'), frame(FINAL | TEXT, 'b')]), 1002],
    ['binary data', frame(FINAL | BINARY, 'a'), 1003],
    ['what is not UTF-8', frame(FINAL | TEXT, Buffer.of(0xff)), 1007],
    ['a frame that is too long', Buffer.of(FINAL | TEXT, 0xff, 0, 0, 0, 0, 0, 1, 0, 0), 1009],
    [
      'a message that is too long',
      Buffer.concat([frame(TEXT, 'a'.repeat(65_535)), frame(FINAL, 'a')]),
      1009,
    ],
    [
      'a message in frames without end',
      Buffer.concat([frame(TEXT, 'a'), ...Array.from({ length: 1_024 }, () => frame(0, ''))]),
      1009,
    ],
  ])('closes with a matching status after %s', async (_, bytes, expected) => {
    const { port } = await start('websocket', '0')
    const { duplex, status } = await talk(port)
    duplex.write(bytes)
    expect(await status()).toBe(expected)
  })

  test('closes with 1001, as do all others, when the program gets SIGTERM', async () => {
    const { port, end, errors } = await start('websocket', '0')
    const talks = await Promise.all([talk(port), talk(port)])
    const ended = end()
    for (const { duplex, status } of talks) {
      expect(await status()).toBe(1001)
      duplex.end(frame(FINAL | CLOSE, Buffer.of(0x03, 0xe9)))
    }
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(errors()).toBe('')
  })

  test('does not keep the program from exiting after the client has disconnected', async () => {
    const { port, end, errors } = await start('websocket', '0')
    const { duplex } = await talk(port)
    duplex.destroy()
    await talk(port).then(({ duplex }) => duplex.destroy())
    expect(await end()).toEqual({ code: 0, signal: null })
    expect(errors()).toBe('')
  })
})
