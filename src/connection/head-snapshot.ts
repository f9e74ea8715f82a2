/**
 * A head as it is when it is to be sent: what the caller gave is read once, getters, iterators and
 * all, before anything is decided by it.
 */

import { Fields } from '../message/fields.ts'
import { MessageHead } from '../message/head.ts'
import type { RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import { asFields, requireHead } from '../serializer/head-init.ts'

/** `init` itself where it was parsed: that does not change, and may be written verbatim. */
export function snapshotRequest(init: RequestHeadInit): RequestHeadInit {
  requireHead(init, 'request')
  if (init instanceof MessageHead) return init
  const { method, target, version = '1.1', headers } = init
  return { method, target, version, headers: asFields(headers) }
}

/** The same of a response; fields that are not the caller's own are nobody else's either. */
export function snapshotResponse(init: ResponseHeadInit): ResponseHeadInit {
  requireHead(init, 'response')
  if (init instanceof MessageHead) return init
  const { status, reason, version = '1.1', headers } = init
  const fields = headers === undefined ? new Fields() : asFields(headers)
  return reason === undefined
    ? { status, version, headers: fields }
    : { status, reason, version, headers: fields }
}
