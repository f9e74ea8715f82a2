/**
 * The record of the control fields of a section.
 */

/** Whether and where Transfer-Encoding lists the chunked coding. */
export const enum Chunked {
  ABSENT,
  LAST,
  NOT_LAST,
}

/** The control fields of one section. The `Entry` members are entry numbers, or 0 if there is none. */
export interface ControlFields {
  hostEntry: number
  lengthEntry: number
  /** The value of Content-Length; -1 if there is none. */
  contentLength: number
  transferEntry: number
  chunked: Chunked
  /** Position in the section of the first unregistered transfer coding; -1 if all are registered. */
  unknownCoding: number
  close: boolean
  keepAlive: boolean
  /** The number of codings in Transfer-Encoding. */
  codings: number
  /** Whether Connection has the option `upgrade`. */
  upgradeOption: boolean
  /** Whether Upgrade has a member. */
  upgrade: boolean
  expectContinue: boolean
}

/** Reused for every section: a head is judged, and this read, before the next section begins. */
export const control: ControlFields = {
  hostEntry: 0,
  lengthEntry: 0,
  contentLength: -1,
  transferEntry: 0,
  chunked: Chunked.ABSENT,
  unknownCoding: -1,
  codings: 0,
  close: false,
  keepAlive: false,
  upgradeOption: false,
  upgrade: false,
  expectContinue: false,
}

/** Empties the record, for the next section. */
export function resetControl(): void {
  control.hostEntry = 0
  control.lengthEntry = 0
  control.contentLength = -1
  control.transferEntry = 0
  control.chunked = Chunked.ABSENT
  control.unknownCoding = -1
  control.codings = 0
  control.close = false
  control.keepAlive = false
  control.upgradeOption = false
  control.upgrade = false
  control.expectContinue = false
}
