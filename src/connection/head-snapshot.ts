/**
 * A head as it is when it is to be sent: what the caller gave is read once, getters, iterators and
 * all, before anything is decided by it.
 */

import { Fields } from '../message/fields.ts'
import type { RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { asFields, requireHead } from '../serializer/head-init.ts'

/** `init` itself where it was parsed: that does not change, and may be written verbatim. */
export function snapshotRequest(init: RequestHeadInit): RequestHeadInit {
  requireHead(init, 'request')
  if (init instanceof ParsedHead) return init
  const { method, target, version = '1.1', headers } = init
  return { method, target, version, headers: asFields(headers) }
}

/** A response's head that was read once. */
export interface ResponseSnapshot extends ResponseHeadInit {
  /** Whether `headers` were made for it, so that fields may be added to them. */
  readonly ownsHeaders?: boolean
}

/** Likewise for a response. */
export function snapshotResponse(init: ResponseHeadInit): ResponseSnapshot {
  requireHead(init, 'response')
  if (init instanceof ParsedHead) return init
  const { status, reason, version = '1.1', headers: given } = init
  const headers = given === undefined ? new Fields() : asFields(given)
  const ownsHeaders = headers !== given
  return reason === undefined
    ? { status, version, headers, ownsHeaders }
    : { status, reason, version, headers, ownsHeaders }
}
