/**
 * What compresses and decompresses. The build puts `platform-web.ts` in the place of this module
 * for platforms without node:zlib; package.json says which build a program gets.
 */

export * from './platform-node.ts'
