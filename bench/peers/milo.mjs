/**
 * milo, Rust as wasm with SIMD: undici's build, which is newer than the one on npm, driven as in
 * undici's `lib/dispatcher/parser-h1.js`. Each chunk is copied into its memory, and events are read
 * from there. What it does not consume of a chunk (a cut line) must be passed again, so that is kept
 * before the next chunk.
 */

import { tally } from '../tally.mjs'

const { reader } = await import(`./spans.mjs${new URL(import.meta.url).search}`)

export const name = 'milo wasm'
export const modes = ['demand', 'values', 'all']
export const exceptions = [
  'accepts a missing, repeated or invalid Host, and framing or routing fields in trailers',
  'does not keep the bytes of the head',
  "does not make undici's Buffers for names and values, nor stop after each head",
]

/** Bytes of an event with a range (a type, an offset, a length), and of the event for a whole head. */
const RANGE = 9
const HEAD = 19
const EVENTS = 65_536
/** More than any chunk here together with the rest of the previous one. */
const INPUT = 2 ** 18

export async function load({ peers }) {
  const { setup } = peers('undici/lib/milo/simd.js')
  const probe = setup()
  return {
    version: `${probe.version.raw} of undici ${peers.version('undici')}`,
    open(kind, mode) {
      const milo = setup()
      const isRequest = kind === 'request'
      const read = reader(kind, mode)
      const parser = milo.create()
      milo.setShouldAutodetect(parser, false)
      milo.setIsRequest(parser, isRequest)
      milo.setShouldManageUnconsumed(parser, false)
      milo.setShouldSuspendAfterHeaders(parser, false)
      milo.setActiveEvents(
        parser,
        milo.EVENT_ACTIVE_ON_ERROR |
          milo.EVENT_ACTIVE_ON_URL |
          milo.EVENT_ACTIVE_ON_REASON |
          milo.EVENT_ACTIVE_ON_HEADER_NAME |
          milo.EVENT_ACTIVE_ON_HEADER_VALUE |
          milo.EVENT_ACTIVE_ON_HEADERS |
          milo.EVENT_ACTIVE_ON_DATA |
          milo.EVENT_ACTIVE_ON_TRAILER_NAME |
          milo.EVENT_ACTIVE_ON_TRAILER_VALUE |
          milo.EVENT_ACTIVE_ON_MESSAGE_COMPLETE,
      )
      const pointer = milo.alloc(INPUT)
      let input
      let events
      const look = () => {
        const { buffer } = milo.memory
        const at = new DataView(buffer).getUint32(parser + milo.ParserFields.EVENTS, true)
        input = Buffer.from(buffer, pointer, INPUT)
        events = Buffer.from(buffer, at, EVENTS)
      }
      look()
      let left = 0

      const drain = (chunk) => {
        for (let cursor = 0; ; cursor += RANGE) {
          const event = events[cursor]
          if (event === milo.EVENT_END) return
          const at = events.readUInt32LE(cursor + 1)
          const length = events.readUInt32LE(cursor + 5)
          switch (event) {
            case milo.EVENT_HEADER_NAME:
            case milo.EVENT_TRAILER_NAME:
              read.name(at, length)
              break
            case milo.EVENT_HEADER_VALUE:
            case milo.EVENT_TRAILER_VALUE:
              read.value(at, length)
              break
            case milo.EVENT_URL:
            case milo.EVENT_REASON:
              read.start(at, length)
              break
            case milo.EVENT_HEADERS:
              if (isRequest) read.request(milo.Methods[milo.getMethod(parser)])
              else read.response(milo.getStatus(parser))
              cursor += HEAD - RANGE
              break
            case milo.EVENT_DATA:
              tally.bytes += chunk.subarray(at - left, at - left + length).length
              break
            case milo.EVENT_MESSAGE_COMPLETE:
              read.end()
              break
            default:
              throw new Error(`milo: ${milo.getErrorDescription(parser) || `event ${event}`}`)
          }
        }
      }

      return {
        feed(chunk) {
          if (input.buffer !== milo.memory.buffer) look()
          input.set(chunk, left)
          const length = left + chunk.length
          read.begin(input)
          const consumed = milo.parse(parser, pointer, length)
          drain(chunk)
          read.leave()
          if (consumed === 0 && milo.getErrorCode(parser) !== milo.ERROR_NONE) {
            throw new Error(`milo: ${milo.getErrorDescription(parser)}`)
          }
          if (consumed < length) input.copyWithin(0, consumed, length)
          left = length - consumed
        },
        reset() {
          milo.reset(parser, false)
          read.reset()
          left = 0
        },
      }
    },
  }
}
