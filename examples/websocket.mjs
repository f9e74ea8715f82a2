/**
 * A WebSocket that echoes text (RFC 6455).
 *
 *     node examples/websocket.mjs [port]
 *
 * HTTP ends with the 101; after it the application owns the stream. This one implements the part of
 * WebSocket that text needs: messages in one frame or several, ping, close.
 */

import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { endOnSignal, isProgram, listen, report, serving } from './serving.mjs'

// The handshake

/** The Sec-WebSocket-Accept that proves that a server understood the handshake. */
export function acceptKey(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

const OFFER = { Connection: 'Upgrade', Upgrade: 'websocket' }

/** A handler that passes the streams of WebSockets to `talk`, and refuses all other requests. */
export function websockets(talk) {
  return ({ head }) => {
    const { headers } = head
    const key = headers.get('Sec-WebSocket-Key') ?? ''
    const isOffered =
      // This implies that Connection names Upgrade, and that the request is HTTP/1.1.
      head.upgrades &&
      head.method === 'GET' &&
      /(^|[\s,])websocket([\s,]|$)/i.test(headers.get('Upgrade')) &&
      headers.get('Sec-WebSocket-Version') === '13'
    if (!isOffered) return { status: 426, headers: { ...OFFER, 'Sec-WebSocket-Version': '13' } }
    if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) return { status: 400 }
    return {
      status: 101,
      headers: { ...OFFER, 'Sec-WebSocket-Accept': acceptKey(key) },
      upgrade: talk,
    }
  }
}

// Frames

const CONTINUATION = 0
const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/** In both directions: longer messages need the 64-bit length, which is not implemented here. */
const MOST_OF_A_MESSAGE = 65_535
/** The most frames in one message: a limit on length does not stop empty ones. */
const MOST_FRAMES = 1_024

/** The reason to close a connection, with a status code of RFC 6455 s. 7.4.1. */
class Violation extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** A frame from a server: final and unmasked. */
export function frame(opcode, payload) {
  const { length } = payload
  const head = length < 126 ? [length] : [126, ...uint16(length)]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head]), payload])
}

function uint16(number) {
  return [number >> 8, number & 0xff]
}

/** The frames of a client, from bytes that arrive in pieces of any size. */
async function* frames(chunks) {
  let bytes = Buffer.alloc(0)
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk])
    for (let next = readFrame(bytes); next !== undefined; next = readFrame(bytes)) {
      bytes = bytes.subarray(next.end)
      yield next
    }
  }
}

/** The first frame, if it is complete. */
function readFrame(bytes) {
  if (bytes.length < 2) return undefined
  const [first, second] = bytes
  const opcode = first & 0x0f
  if ((first & 0x70) !== 0)
    throw new Violation(1002, 'a bit of an extension that was not agreed on')
  if ((second & 0x80) === 0) throw new Violation(1002, 'a frame that is not masked')
  const short = second & 0x7f
  const isFinal = (first & 0x80) !== 0
  if (opcode >= CLOSE && (short > 125 || !isFinal))
    throw new Violation(1002, 'a control frame in parts')
  if (short === 127) throw new Violation(1009, 'a frame that is too long')
  const start = short === 126 ? 8 : 6
  if (bytes.length < start) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  const end = start + length
  if (bytes.length < end) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = bytes.subarray(start, end).map((byte, i) => byte ^ mask[i % 4])
  return { opcode, isFinal, payload, end }
}

/** Messages assembled from their frames; control frames may come between them. */
async function* messages(frames) {
  let parts = []
  let length = 0
  for await (const { opcode, isFinal, payload } of frames) {
    if (opcode >= CLOSE) {
      yield { opcode, payload }
      continue
    }
    if (opcode > TEXT) throw new Violation(1003, 'not text')
    if ((opcode === CONTINUATION) !== parts.length > 0) throw new Violation(1002, 'out of order')
    parts.push(payload)
    length += payload.length
    if (length > MOST_OF_A_MESSAGE || parts.length > MOST_FRAMES) {
      throw new Violation(1009, 'a message that is too long')
    }
    if (!isFinal) continue
    const message = Buffer.concat(parts)
    if (!isUtf8(message)) throw new Violation(1007, 'not UTF-8')
    yield { opcode: TEXT, payload: message }
    parts = []
    length = 0
  }
}

// The conversation

const LINGER = 2_000

/** An application for {@link websockets} that echoes messages. `closeAll` closes all connections. */
export function echo() {
  const open = new Set()
  const talk = async (duplex, rest) => {
    open.add(duplex)
    duplex.on('error', report)
    duplex.once('close', () => open.delete(duplex))
    await converse(duplex, rest)
  }
  const closeAll = () => {
    for (const duplex of open) close(duplex, 1001)
  }
  return { talk, closeAll }
}

async function converse(duplex, rest) {
  try {
    for await (const { opcode, payload } of messages(frames(chunks(duplex, rest)))) {
      if (opcode === CLOSE) break
      if (opcode === PONG || duplex.writableEnded) continue
      const isTaken = duplex.write(frame(opcode === PING ? PONG : TEXT, payload))
      // Do not read from a peer that does not accept the replies.
      if (!isTaken) await once(duplex, 'drain')
    }
    close(duplex, 1000)
  } catch (error) {
    if (error instanceof Violation) close(duplex, error.status)
    else duplex.destroy()
  }
}

/** The bytes that arrived together with the handshake, then those that follow. */
async function* chunks(duplex, rest) {
  if (rest.length > 0) yield rest
  // The stream must survive the end of this loop, to send the reply to a CLOSE.
  yield* duplex.iterator({ destroyOnReturn: false })
}

/** Sends a CLOSE, and gives the peer {@link LINGER} milliseconds to end the connection. */
function close(duplex, status) {
  if (duplex.writableEnded) return
  duplex.end(frame(CLOSE, Buffer.from(uint16(status))))
  duplex.resume()
  setTimeout(() => duplex.destroy(), LINGER).unref()
}

if (isProgram(import.meta)) {
  const { talk, closeAll } = echo()
  const { accept, shutdown } = serving(websockets(talk))
  const server = createServer({ noDelay: true }, accept)
  endOnSignal(server, async () => {
    closeAll()
    await shutdown()
  })
  console.log(`ws://${await listen(server, process.argv[2] ?? 8080)}/`)
}
