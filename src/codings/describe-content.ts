/**
 * The fields that speak of how content is coded, put right when that changes.
 */

import type { Fields } from 'httpwire'
import { foldAscii, isSameFolded } from '../grammar/ascii.ts'
import { isToken, listMembers } from '../grammar/list-text.ts'
import { misuse } from './errors.ts'
import { type ContentCoding, contentCoding } from './names.ts'

/** What content has become. */
export interface ContentDescription {
  /** The codings that it has now, in the order in which they were applied; none if empty. */
  readonly codings: readonly (ContentCoding | (string & {}))[]
  /** Bytes of it; not given for content that is streamed, whose end another framing has to tell. */
  readonly length?: number
  /**
   * Whether Accept-Encoding had a say in it, or could have had: then caches must know. True unless
   * given; a request has nothing to vary.
   */
  readonly vary?: boolean
}

/** Fields with a digest of the content, or of the representation in this coding: those of RFC 9530, and their predecessors. */
const DIGESTS = ['content-digest', 'repr-digest', 'digest', 'content-md5']

/**
 * Makes `fields` those of a message whose content is coded as described: Content-Encoding, and
 * Content-Length or none; `Accept-Encoding` in Vary; a strong ETag made weak and digests left out if
 * the codings are others than before, since both are of the bytes (RFC 9110 s. 8.8.3.3).
 *
 * Transfer-Encoding is left as it is.
 *
 * @throws HttpError `WRONG_STATE` for a part of a representation, as Content-Range tells: its bytes
 *   are those of one coding (RFC 9110 s. 14.4). RangeError for a length that is none, TypeError for
 *   codings that are none. Nothing has changed then.
 */
export function describeContent(
  fields: Fields,
  { codings, length, vary = true }: ContentDescription,
): void {
  if (length !== undefined && !(Number.isSafeInteger(length) && length >= 0)) {
    throw new RangeError('length must be the number of bytes of the content')
  }
  if (!Array.isArray(codings) || !codings.every((coding) => isToken(coding))) {
    throw new TypeError('codings must be an array of the names of codings')
  }
  const before = named(listMembers(fields.get('content-encoding') ?? '', false))
  const now = named(codings)
  const changed = before.length !== now.length || now.some((coding, i) => coding !== before[i])
  if (changed && isPart(fields.get('content-range'))) {
    throw misuse('the codings of a part, as Content-Range tells of, cannot be changed')
  }

  if (length === undefined) fields.delete('content-length')
  else fields.set('Content-Length', `${length}`)
  if (vary) addToVary(fields)
  if (!changed) return
  if (now.length === 0) fields.delete('content-encoding')
  else fields.set('Content-Encoding', now.join(', '))
  weakenTag(fields)
  for (const name of DIGESTS) fields.delete(name)
}

/** Names to be compared: of `identity` there is nothing to say (RFC 9110 s. 8.4). */
function named(codings: readonly string[]): string[] {
  return codings
    .map((coding) => contentCoding(coding) ?? foldAscii(coding))
    .filter((coding) => coding !== 'identity')
}

/** Whether Content-Range tells of a part; a 416 has it to tell the length (RFC 9110 s. 14.4). */
function isPart(contentRange: string | undefined): boolean {
  return contentRange !== undefined && !contentRange.includes('*/')
}

function addToVary(fields: Fields): void {
  const vary = listMembers(fields.get('vary') ?? '', false)
  if (!vary.some((name) => name === '*' || isSameFolded(name, 'accept-encoding'))) {
    fields.append('Vary', 'Accept-Encoding')
  }
}

function weakenTag(fields: Fields): void {
  const tag = fields.get('etag')
  if (tag !== undefined && !tag.startsWith('W/')) fields.set('ETag', `W/${tag}`)
}
