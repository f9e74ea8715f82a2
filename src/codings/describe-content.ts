/**
 * The fields that speak of how content is coded, put right when that changes.
 */

import type { Fields } from 'httpwire'
import { isSameFolded } from '../grammar/ascii.ts'
import { listMembers } from '../grammar/list-text.ts'
import { misuse } from './errors.ts'
import type { ContentCoding } from './names.ts'

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

/** Fields with a digest of the content, or of the representation in this coding (RFC 9530). */
const DIGESTS = ['content-digest', 'repr-digest', 'digest', 'content-md5']

/**
 * Makes `fields` those of a message whose content is coded as described: Content-Encoding, and
 * Content-Length or none; `Accept-Encoding` in Vary; a strong ETag made weak and digests left out if
 * the codings are others than before, since both are of the bytes (RFC 9110 s. 8.8.3.3).
 *
 * Transfer-Encoding is left as it is.
 *
 * @throws HttpError `WRONG_STATE` for a part of a representation, as Content-Range tells: its bytes
 *   are those of one coding (RFC 9110 s. 14.4). RangeError for a length that is none.
 */
export function describeContent(
  fields: Fields,
  { codings, length, vary = true }: ContentDescription,
): void {
  if (length !== undefined && !(Number.isSafeInteger(length) && length >= 0)) {
    throw new RangeError('length must be the number of bytes of the content')
  }
  const before = listMembers(fields.get('content-encoding') ?? '', false)
  const changed =
    before.length !== codings.length ||
    !codings.every((coding, i) => isSameFolded(coding, before[i] as string))
  if (changed && fields.has('content-range')) {
    throw misuse('the codings of a part, as Content-Range tells of, cannot be changed')
  }

  if (length === undefined) fields.delete('content-length')
  else fields.set('Content-Length', `${length}`)
  if (vary) addToVary(fields)
  if (!changed) return
  if (codings.length === 0) fields.delete('content-encoding')
  else fields.set('Content-Encoding', codings.join(', '))
  weakenTag(fields)
  for (const name of DIGESTS) fields.delete(name)
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
