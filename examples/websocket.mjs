/**
 * A WebSocket that echoes text (RFC 6455).
 *
 *     node examples/websocket.mjs [port]
 *
 * HTTP ends with the 101: from there on the stream is the application's, and with it what it speaks.
 * This one speaks as much of WebSocket as text needs: messages in one frame or several, ping, close.
 */

import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { endOnSignal, isProgram, listen, report, serving } from './serving.mjs'

// The handshake

/** What the other side proves with that it has read the request as one for a WebSocket. */
export function acceptKey(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

const OFFER = { Connection: 'Upgrade', Upgrade: 'websocket' }

/** A handler that gives the streams of WebSockets to `talk`, and tells all others what is spoken here. */
export function websockets(talk) {
  return ({ head }) => {
    const { headers } = head
    const key = headers.get('Sec-WebSocket-Key') ?? ''
    const isOffered =
      // That it stands in Connection, too, and that this is HTTP/1.1.
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

/** Both ways; longer ones need a form of length that is not spoken here. */
const MOST_OF_A_MESSAGE = 65_535
/** Frames of one message: empty ones have no end. */
const MOST_FRAMES = 1_024

/** Why a connection has to be closed: a status of RFC 6455 s. 7.4.1. */
class Violation extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** A frame from a server: whole, and not masked. */
export function frame(opcode, payload) {
  const { length } = payload
  const head = length < 126 ? [length] : [126, ...uint16(length)]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head]), payload])
}

function uint16(number) {
  return [number >> 8, number & 0xff]
}

/** The frames of a client, out of bytes that come in whatever pieces. */
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

/** The first frame, if all of it is there. */
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

/** Messages put together from their frames; control frames may come in between. */
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

/** An application for {@link websockets}: says what it is told. `closeAll` says goodbye to everybody. */
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
      // Who does not take the answers is not read from, either.
      if (!isTaken) await once(duplex, 'drain')
    }
    close(duplex, 1000)
  } catch (error) {
    if (error instanceof Violation) close(duplex, error.status)
    else duplex.destroy()
  }
}

/** What came after the handshake with it, then what comes. */
async function* chunks(duplex, rest) {
  if (rest.length > 0) yield rest
  // When this is left on a CLOSE, the stream still has ours to write.
  yield* duplex.iterator({ destroyOnReturn: false })
}

/** Says goodbye, and waits for the other side no longer than is polite. */
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
