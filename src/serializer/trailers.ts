/**
 * Which fields may be generated as trailers (RFC 9110 s. 6.5.1): those whose definition permits it.
 * For the fields that HTTP itself defines that is known here; of any other the caller has to know.
 *
 * Trailers that were received and are passed on are not generated: for them the parser's rule holds.
 */

import { foldAscii } from '../grammar/ascii.ts'
import type { Fields } from '../message/fields.ts'

/**
 * The fields of RFC 9110 s. 18.4, RFC 9111 and RFC 6265 that are not defined for trailers, and the
 * hop-by-hop fields of old, Keep-Alive and Proxy-Connection.
 */
// biome-ignore format: grouped by where the fields are defined
const HEADER_ONLY: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // RFC 9110, and the two of old
  'accept', 'accept-charset', 'accept-encoding', 'accept-language', 'allow', 'authorization',
  'connection', 'keep-alive', 'proxy-connection', 'content-encoding', 'content-language',
  'content-length', 'content-location', 'content-range', 'content-type', 'date', 'expect', 'from',
  'host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since',
  'last-modified', 'location', 'max-forwards', 'proxy-authenticate', 'proxy-authorization', 'range',
  'referer', 'retry-after', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent',
  'vary', 'via', 'www-authenticate',
  // RFC 9111
  'age', 'cache-control', 'expires', 'pragma', 'warning',
  // RFC 6265
  'cookie', 'set-cookie',
])

/** The first field among `trailers` that may not be generated as one, if there is any. */
export function findHeaderOnly(trailers: Fields): string | undefined {
  for (const line of trailers.lines ?? []) {
    if (typeof line !== 'number' && HEADER_ONLY.has(foldAscii(line.name))) return line.name
  }
  return undefined
}
