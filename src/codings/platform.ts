/**
 * Compression and decompression. For platforms without node:zlib, the build replaces this module with
 * `platform-web.ts`; package.json says which build a program gets.
 */

export * from './platform-node.ts'
