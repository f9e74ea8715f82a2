/**
 * llhttp as wasm, with SIMD: undici's build, driven as in undici's `lib/dispatcher/client-h1.js`. Each
 * chunk is copied into the memory of the instance, and callbacks report offsets.
 */

import { tally } from '../tally.mjs'

const { reader } = await import(`./spans.mjs${new URL(import.meta.url).search}`)

export const name = 'llhttp wasm'
export const modes = ['demand', 'values', 'all']
export const exceptions = [
  'accepts a missing, repeated or invalid Host, and framing or routing fields in trailers',
  'does not keep the bytes of the head',
  "does not make undici's Buffers for names and values: keeps offsets, or makes strings at once",
]

const PAGE = 4096

export async function load({ peers }) {
  const module = new WebAssembly.Module(peers('undici/lib/llhttp/llhttp_simd-wasm.js'))
  const { TYPE, ERROR, METHODS } = peers('undici/lib/llhttp/constants.js')
  const methods = Object.fromEntries(Object.entries(METHODS).map(([text, code]) => [code, text]))
  return {
    version: `of undici ${peers.version('undici')}`,
    open(kind, mode) {
      const read = reader(kind, mode)
      const isRequest = kind === 'request'
      /** The current chunk, and its position in the memory of the instance. */
      let chunk = null
      let pointer = 0
      let size = 0
      let memory = new Uint8Array(0)
      const onStartLine = (_parser, at, length) => {
        read.start(at - pointer, length)
        return 0
      }
      const { exports } = new WebAssembly.Instance(module, {
        env: {
          wasm_on_message_begin: () => 0,
          wasm_on_url: onStartLine,
          wasm_on_status: onStartLine,
          wasm_on_header_field: (_parser, at, length) => {
            read.name(at - pointer, length)
            return 0
          },
          wasm_on_header_value: (_parser, at, length) => {
            read.value(at - pointer, length)
            return 0
          },
          wasm_on_headers_complete: (parser, status) => {
            if (isRequest) read.request(methods[exports.llhttp_get_method(parser)])
            else read.response(status)
            return 0
          },
          wasm_on_body: (_parser, at, length) => {
            const start = at - pointer
            tally.bytes += chunk.subarray(start, start + length).length
            return 0
          },
          wasm_on_message_complete: () => {
            read.end()
            return 0
          },
        },
      })
      const parser = exports.llhttp_alloc(isRequest ? TYPE.REQUEST : TYPE.RESPONSE)
      return {
        feed(bytes) {
          if (bytes.length > size) {
            if (size > 0) exports.free(pointer)
            size = Math.ceil(bytes.length / PAGE) * PAGE
            pointer = exports.malloc(size)
          }
          if (memory.length !== size || memory.buffer !== exports.memory.buffer) {
            memory = new Uint8Array(exports.memory.buffer, pointer, size)
          }
          memory.set(bytes)
          chunk = bytes
          read.begin(bytes)
          const result = exports.llhttp_execute(parser, pointer, bytes.length)
          if (result !== ERROR.OK) throw new Error(`llhttp: error ${result}`)
          read.leave()
        },
        reset() {
          exports.llhttp_reset(parser)
          read.reset()
        },
      }
    },
  }
}
