/**
 * Snapshots of the caller's heads. Getters and iterators are read once, before any decision depends on
 * them or on the state: they may give a different value each time, and use the connection.
 */

import { requireString } from '../checks.ts'
import { Fields } from '../message/fields.ts'
import type { RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { asFields, requireHead, requireNumericStatus } from '../serializer/head-init.ts'

/** A copy of `init`. A parsed head is returned as it is, since it may be written verbatim. */
export function snapshotRequest(init: RequestHeadInit): RequestHeadInit {
  requireHead(init, 'request')
  if (init instanceof ParsedHead) return init
  const { method, target, version = '1.1', headers } = init
  requireString('method', method)
  requireString('target', target)
  return { method, target, version, headers: asFields(headers) }
}

/** The snapshot of a response head. Unless it is a parsed head, its fields are its own and may be added to. */
export interface ResponseSnapshot extends ResponseHeadInit {
  readonly headers: Fields
}

/** {@link snapshotRequest} for a response. */
export function snapshotResponse(init: ResponseHeadInit): ResponseSnapshot {
  requireHead(init, 'response')
  if (init instanceof ParsedHead) return init
  const { status, reason, version = '1.1', headers: given } = init
  requireNumericStatus(status)
  const fields = asFields(given)
  return { status, reason, version, headers: fields === given ? Fields.from(fields) : fields }
}
