/**
 * The bytes of a plain head that came in two chunks. They stay in these chunks until somebody asks for them in
 * one array: a browser's request in two chunks takes a third less time than if they were joined at once, mostly
 * because that takes new memory.
 */

import { joinBytes, setBytes, setBytesAt } from '../grammar/byte-arrays.ts'
import { decodeLatin1, decodeShort } from '../grammar/latin1.ts'

/** The most bytes that the two chunks may have together. */
export const MAX_PIECES = 4_096

/** A first chunk with fewer bytes is copied. */
export const MIN_FIRST_PIECE = 64

/** Bytes at either end of the first chunk that show whether it was overwritten. */
const SAMPLE = 4

/** The pieces are decoded from here: memory that is used again costs less than new memory. */
const scratch = new Uint8Array(MAX_PIECES)

/** A chunk that is the beginning of a head, and nothing else. */
export class FirstPiece {
  readonly bytes: Uint8Array
  private readonly length: number
  private readonly head: number
  private readonly tail: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.length = bytes.length
    this.head = sampleAt(bytes, 0)
    this.tail = sampleAt(bytes, bytes.length - SAMPLE)
  }

  /**
   * Whether the chunk appears to be as it was pushed. This detects callers that read into the same buffer again
   * without `copy: true`, since that overwrites the method; it is not a check of all bytes.
   */
  get isIntact(): boolean {
    const { bytes, length } = this
    return (
      (bytes.length | 0) === length &&
      sampleAt(bytes, 0) === this.head &&
      sampleAt(bytes, length - SAMPLE) === this.tail
    )
  }
}

/** Some bytes as one number. */
function sampleAt(bytes: Uint8Array, at: number): number {
  let sample = 0
  for (let i = 0; i < SAMPLE; i++) sample = (sample << 8) | (bytes[at + i] as number)
  return sample
}

/** A section in two chunks. */
export class TwoPieces {
  private readonly first: FirstPiece
  private readonly second: Uint8Array

  /** The section consists of all bytes of `first` and the first bytes of `second`. */
  constructor(first: FirstPiece, second: Uint8Array) {
    this.first = first
    this.second = second
  }

  /** Whether the `length` bytes of the section are still there. */
  has(length: number): boolean {
    const { first, second } = this
    const size = first.bytes.length + second.length
    return first.isIntact && length <= size && size <= MAX_PIECES
  }

  /** Decodes the `length` bytes at `at`, at most {@link MAX_SHORT}; `undefined` if they are not in one piece. */
  decodePart(at: number, length: number): string | undefined {
    const { first, second } = this
    const { bytes } = first
    const place = at - bytes.length
    if (!first.isIntact) return undefined
    if (place + length <= 0) return decodeShort(bytes, at, length)
    if (place < 0 || place + length > second.length) return undefined
    return decodeShort(second, place, length)
  }

  /** The section's bytes in a new array. */
  join(length: number): Uint8Array {
    const { bytes } = this.first
    return joinBytes([bytes, this.second.subarray(0, length - bytes.length)])
  }

  /** The section as text. */
  decode(length: number): string {
    const { bytes } = this.first
    setBytes(scratch, bytes)
    setBytesAt(scratch, bytes.length, this.second)
    return decodeLatin1(scratch, 0, length)
  }
}
