/**
 * Keeps header-only fields out of trailer sections: a sender may generate a trailer field only if the
 * field's definition permits it (RFC 9110 s. 6.5.1). Only the fields that HTTP itself defines are
 * checked; all others are up to the caller.
 *
 * Forwarding a received trailer field does not generate it, so only the parser's rule applies to it. A
 * received header field is not a trailer field: one that becomes a trailer is generated.
 */

import { foldAscii } from '../grammar/ascii.ts'
import { Entry } from '../message/entries.ts'
import { Fields } from '../message/fields.ts'
import type { WireSection } from '../message/wire-section.ts'

/**
 * The fields of RFC 9110 s. 18.4, RFC 9111 and RFC 6265 that are not defined for trailers, and the
 * legacy hop-by-hop fields Keep-Alive and Proxy-Connection.
 */
// biome-ignore format: grouped by where the fields are defined
const HEADER_ONLY: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // RFC 9110, and the two legacy fields
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

/** The name of the first field in `trailers` that must not be generated as a trailer, if any. */
export function findHeaderOnly(trailers: Fields): string | undefined {
  const { wire } = trailers
  const { lines = [] } = wire !== undefined && isHead(wire) ? Fields.from([...trailers]) : trailers
  for (const line of lines) {
    if (typeof line !== 'number' && HEADER_ONLY.has(foldAscii(line.name))) return line.name
  }
  return undefined
}

/** Whether a section has a start-line before its first field line, as no trailer section does. */
function isHead(section: WireSection): boolean {
  return section.count > 0 && section.at(1, Entry.NAME_START) > 0
}
