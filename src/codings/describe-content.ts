/**
 * Updates the fields that describe how content is coded when the coding changes.
 */

import type { Fields } from 'httpwire'
import { requireObject, show } from '../checks.ts'
import { foldAscii, isSameFolded } from '../grammar/ascii.ts'
import { isToken, listMembers } from '../grammar/list-text.ts'
import { misuse } from './errors.ts'
import { type ContentCoding, contentCoding } from './names.ts'

/** How content is coded now. */
export interface ContentDescription {
  /** The codings it has now, in the order in which they were applied; empty for none. */
  readonly codings: readonly (ContentCoding | (string & {}))[]
  /** Its length in bytes; leave out for streamed content, which needs another framing. */
  readonly length?: number | undefined
  /**
   * Whether the coding depends, or could have depended, on Accept-Encoding, which caches must know.
   * True unless given; use `false` for a request, which has nothing to vary.
   */
  readonly vary?: boolean | undefined
}

/** Digests of the content, or of the representation in this coding: RFC 9530, and predecessors. */
const DIGESTS = ['content-digest', 'repr-digest', 'digest', 'content-md5']

/**
 * Updates `fields` for content that is coded as described: Content-Encoding; Content-Length, or none;
 * `Accept-Encoding` in Vary. If the codings change, a strong ETag becomes weak and digests are deleted,
 * since both depend on the coded bytes (RFC 9110 s. 8.8.3.3).
 *
 * Transfer-Encoding is left unchanged.
 *
 * @throws HttpError `WRONG_STATE` for new codings of a part of a representation (Content-Range): its
 *   bytes belong to one coding (RFC 9110 s. 14.4). RangeError for an invalid length, TypeError for
 *   invalid codings or other wrong arguments. `fields` is unchanged then.
 */
export function describeContent(fields: Fields, content: ContentDescription): void {
  if (typeof fields?.append !== 'function') {
    throw new TypeError(`fields must be Fields, not ${show(fields)}`)
  }
  requireObject('content', content)
  const { codings, length, vary = true } = content
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
    throw misuse('the codings of a part (Content-Range) cannot be changed')
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

/** Names to compare, without `identity`, which Content-Encoding omits (RFC 9110 s. 8.4). */
function named(codings: readonly string[]): string[] {
  return codings
    .map((coding) => contentCoding(coding) ?? foldAscii(coding))
    .filter((coding) => coding !== 'identity')
}

/** Whether Content-Range describes a part; in a 416 it states the full length (RFC 9110 s. 14.4). */
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
