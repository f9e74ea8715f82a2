/**
 * From what the caller gave to what is written.
 *
 * All of the caller's code that there may be (getters, iterators) runs here, before the first byte
 * is written: the output is shared, and such code might use another serializer.
 */

import { show } from '../checks.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { AnomalyBit } from '../message/anomalies.ts'
import { Fields, type FieldsInit } from '../message/fields.ts'
import type { Version } from '../message/heads.ts'
import type { RequestHeadInit, ResponseHeadInit } from '../message/init.ts'
import { ParsedHead } from '../message/parsed-head.ts'
import { WireSection } from '../message/wire-section.ts'
import { refuseSpreadHead } from '../spread-head.ts'
import { repairFields } from './anomalies.ts'
import { output, startOutput } from './output.ts'

/** The length of content that is not known, or not to be said. */
export const UNKNOWN_LENGTH = -1

const NO_FIELDS = /* @__PURE__ */ new Fields()

/** @throws TypeError unless `init` may be the head of a `kind`. */
export function requireHead(init: { readonly type?: string }, kind: MessageKind): void {
  if (typeof init !== 'object' || init === null) {
    throw new TypeError(`a message has a head, not ${show(init)}`)
  }
  refuseSpreadHead(init)
  const { type } = init
  if (type !== undefined && type !== kind) {
    throw new TypeError(`a ${kind} has no event of type ${show(type)}`)
  }
}

/** `init` itself where it is `Fields` already: they are not changed. */
export function asFields(init: FieldsInit | undefined): Fields {
  if (init === undefined) return NO_FIELDS
  return init instanceof Fields ? init : Fields.from(init)
}

/**
 * The fields to be written for `init`: without its anomalies, if it was read with some; with
 * `length` as Content-Length, if it is known and no framing field is there.
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

/** The version to be written for `init`: with Transfer-Encoding it can only be 1.1. */
export function versionOf(init: RequestHeadInit | ResponseHeadInit): Version {
  const anomalous =
    init instanceof ParsedHead && init.anomalies.includes('transfer-encoding-in-http-1.0')
  const { version = '1.1' } = init
  return anomalous ? '1.1' : version
}

/** `fields`, or a copy in which nothing is on the wire, where lines are folded there. */
export function unfolded(fields: Fields): Fields {
  return fields.wire?.folded ? Fields.from([...fields]) : fields
}

/** The head being written: it is judged and forgotten before the next one begins. */
const head = /* @__PURE__ */ new WireSection()

/** A section of `length` bytes, to be written where the stream is at `offset`. */
export function startSection(length: number, offset: number): WireSection {
  startOutput(length)
  return head.restart(output.bytes, 0, offset)
}

/** What is wrong with lines by themselves; what is wrong with the fields in them is told anew. */
const OF_LINES =
  AnomalyBit.EMPTY_LINES |
  AnomalyBit.HIGHER_MINOR_VERSION |
  AnomalyBit.MISSING_SPACE_AFTER_STATUS |
  AnomalyBit.OBS_FOLD |
  AnomalyBit.BARE_LF

/**
 * The section of a head that was parsed, to be judged anew as what is written at `offset`. Not the
 * head's own one: it may be judged otherwise here, as the answer to another method.
 */
export function parsedSection({ section }: ParsedHead, offset: number): WireSection {
  return section.rejudgedAt(offset, OF_LINES)
}
