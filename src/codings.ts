/**
 * The `httpwire/codings` entry for Node, Bun and Deno: everything in `codings-web.ts`, and the
 * synchronous functions that need node:zlib.
 */

export { decodeBodySync } from './codings/decode-sync.ts'
export { encodeBodySync } from './codings/encode-sync.ts'
export * from './codings-web.ts'
