/**
 * The `httpwire/codings` entry for Node, Bun and Deno: what the other platforms have
 * (`codings-web.ts`), and what only node:zlib can do.
 */

export { decodeBodySync } from './codings/decode-sync.ts'
export { encodeBodySync } from './codings/encode-sync.ts'
export * from './codings-web.ts'
