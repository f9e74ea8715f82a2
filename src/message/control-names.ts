/**
 * Recognizes the names of the fields that govern a message and its connection. The length is compared
 * first, which rules out nearly all other names.
 */

import { equalsFolded, lowerCaseName } from '../grammar/ascii.ts'
import { EMPTY_BYTES } from '../grammar/byte-arrays.ts'

/** A field that governs a message or its connection: the length of its name, which no two share. */
export const enum Control {
  NONE = 0,
  HOST = 4,
  EXPECT = 6,
  UPGRADE = 7,
  CONNECTION = 10,
  CONTENT_LENGTH = 14,
  TRANSFER_ENCODING = 17,
}

/**
 * The control fields that matter in each kind of section, as bits. The serializer records entries only for
 * lines whose name is as long as one of theirs: judging the section needs no others.
 */
export const Controls = {
  REQUEST:
    (1 << Control.HOST) |
    (1 << Control.EXPECT) |
    (1 << Control.UPGRADE) |
    (1 << Control.CONNECTION) |
    (1 << Control.CONTENT_LENGTH) |
    (1 << Control.TRANSFER_ENCODING),
  RESPONSE:
    (1 << Control.UPGRADE) |
    (1 << Control.CONNECTION) |
    (1 << Control.CONTENT_LENGTH) |
    (1 << Control.TRANSFER_ENCODING),
  TRAILERS: (1 << Control.HOST) | (1 << Control.CONTENT_LENGTH) | (1 << Control.TRANSFER_ENCODING),
} as const

function byLength(...names: string[]): Uint8Array[] {
  const list = new Array<Uint8Array>(Control.TRANSFER_ENCODING + 1).fill(EMPTY_BYTES)
  for (const name of names) list[name.length] = lowerCaseName(name)
  return list
}

/** The names by their lengths. */
const NAMES = /* @__PURE__ */ byLength(
  'host',
  'expect',
  'upgrade',
  'connection',
  'content-length',
  'transfer-encoding',
)

/** The control field named `bytes[start, end)`, in any ASCII case. */
export function controlNamed(bytes: Uint8Array, start: number, end: number): Control {
  const length = end - start
  if (length > Control.TRANSFER_ENCODING) return Control.NONE
  return equalsFolded(bytes, start, end, NAMES[length] as Uint8Array) ? length : Control.NONE
}
