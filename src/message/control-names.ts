/**
 * Recognizes the names of the fields that govern a message and its connection. The length is compared
 * first, which rules out nearly all other names.
 */

import { equalsFolded, lowerCaseName } from '../grammar/ascii.ts'

/** A field that governs a message or its connection. */
export const enum Control {
  NONE,
  HOST,
  EXPECT,
  UPGRADE,
  CONNECTION,
  CONTENT_LENGTH,
  TRANSFER_ENCODING,
}

const HOST = lowerCaseName('host')
const EXPECT = lowerCaseName('expect')
const UPGRADE = lowerCaseName('upgrade')
const CONNECTION = lowerCaseName('connection')
const CONTENT_LENGTH = lowerCaseName('content-length')
const TRANSFER_ENCODING = lowerCaseName('transfer-encoding')

function lengths(...names: Uint8Array[]): number {
  return names.reduce((bits, { length }) => bits | (1 << length), 0)
}

/**
 * The lengths of the control field names that matter in each kind of section, as bits. The serializer
 * records entries only for lines whose name has such a length: judging the section needs no others.
 */
export const NameLengths = {
  RESPONSE: /* @__PURE__ */ lengths(UPGRADE, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING),
  REQUEST: /* @__PURE__ */ lengths(
    HOST,
    EXPECT,
    UPGRADE,
    CONNECTION,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
  ),
  TRAILERS: /* @__PURE__ */ lengths(HOST, CONTENT_LENGTH, TRANSFER_ENCODING),
} as const

/** The control field named `bytes[start, end)`, in any ASCII case. */
export function controlNamed(bytes: Uint8Array, start: number, end: number): Control {
  let name: Uint8Array
  let control: Control
  switch (end - start) {
    case 4:
      name = HOST
      control = Control.HOST
      break
    case 6:
      name = EXPECT
      control = Control.EXPECT
      break
    case 7:
      name = UPGRADE
      control = Control.UPGRADE
      break
    case 10:
      name = CONNECTION
      control = Control.CONNECTION
      break
    case 14:
      name = CONTENT_LENGTH
      control = Control.CONTENT_LENGTH
      break
    case 17:
      name = TRANSFER_ENCODING
      control = Control.TRANSFER_ENCODING
      break
    default:
      return Control.NONE
  }
  return equalsFolded(bytes, start, end, name) ? control : Control.NONE
}
