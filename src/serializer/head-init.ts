/**
 * Prepares a caller's head for writing: validates it, repairs its fields, adds Content-Length.
 *
 * The caller's own code (getters, iterators) must run before `startSection`: all serializers share
 * one output buffer, and such code might use another serializer.
 */

import { isObject, requireObject, show, wrongType } from '../checks.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { Fields, type FieldsInit } from '../message/fields.ts'
import type { Version } from '../message/heads.ts'
import type { RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { WireSection } from '../message/wire-section.ts'
import { refuseSpreadHead } from '../spread-head.ts'
import { output, startOutput } from './output.ts'
import { repairFields } from './repair.ts'

/** The length to pass if the content's length is unknown or must not be sent. */
export const UNKNOWN_LENGTH = -1

/** @throws TypeError unless `init` can be the head of a message of that kind. */
export function requireHead(init: { readonly type?: string | undefined }, kind: MessageKind): void {
  requireObject('the head of a message', init)
  refuseSpreadHead(init)
  const { type } = init
  if (type !== undefined && type !== kind) {
    throw new TypeError(`a ${kind} has no event of type ${show(type)}`)
  }
}

/** @throws TypeError unless `status` is a number; whether a status-line can express it is checked there. */
export function requireNumericStatus(status: unknown): asserts status is number {
  if (typeof status !== 'number') throw wrongType('status', 'a number', status)
}

/**
 * `init` as `Fields`. Do not modify the result: it may be `init` itself.
 *
 * @throws TypeError naming `what` for anything that cannot be fields.
 */
export function asFields(
  init: FieldsInit | undefined,
  what: 'headers' | 'trailers' = 'headers',
): Fields {
  if (init === undefined) return new Fields()
  if (init instanceof Fields) return init
  if (!isObject(init)) throw wrongType(what, 'fields', init)
  return Fields.from(init)
}

/**
 * The fields to write for `init`: without the anomalies it was parsed with, and with `length` as
 * Content-Length if it is known and there is no framing field.
 */
export function fieldsOf(init: RequestHeadInit | ResponseHeadInit, length: number): Fields {
  const fields = unfolded(repairFields(asFields(init.headers)))
  if (
    length === UNKNOWN_LENGTH ||
    fields.has('Content-Length') ||
    fields.has('Transfer-Encoding')
  ) {
    return fields
  }
  return Fields.from(fields).append('Content-Length', String(length))
}

/** The version to write for `init`: 1.1 for a parsed 1.0 response with Transfer-Encoding. */
export function versionOf(init: RequestHeadInit | ResponseHeadInit): Version {
  const anomalous =
    init instanceof ParsedHead && init.anomalies.includes('transfer-encoding-in-http-1.0')
  const { version = '1.1' } = init
  return anomalous ? '1.1' : version
}

/** `fields`, or a decoded copy if a line is folded: lines on the wire are copied byte by byte. */
export function unfolded(fields: Fields): Fields {
  return fields.wire?.folded ? Fields.from([...fields]) : fields
}

/** The head being written. One instance is enough: it is judged before the next head begins. */
const head = /* @__PURE__ */ new WireSection()

/** Starts a section of at most `length` bytes that begins at `offset` of the stream. */
export function startSection(length: number, offset: number): WireSection {
  startOutput(length)
  return head.restart(output.bytes, 0, offset)
}
