/**
 * Finds the ends of zstd frames (RFC 8878 s. 3.1). Decoders differ in what they do after the first
 * frame, and some do not notice that the last one is truncated. So this module walks from block to
 * block, without decoding, and no piece that a decoder gets crosses the end of a frame.
 */

import { copyBytes, EMPTY_BYTES, joinBytes } from '../grammar/byte-arrays.ts'
import { Damage } from './errors.ts'
import { isZstdMagic, SIGNATURE_LENGTH } from './signature.ts'

/** RFC 8878 s. 3.1.1.1.3: bytes of the dictionary ID, by its flag. */
const DICTIONARY_LENGTHS = [0, 1, 2, 4]
/** RFC 8878 s. 3.1.1.1.4: bytes of the content size, by its flag. */
const CONTENT_SIZE_LENGTHS = [0, 2, 4, 8]

/** RFC 8878 s. 3.1.1.2.2: a block that repeats one byte. */
const RLE_BLOCK = 1

/**
 * The most frames accepted: each costs a decoder some microseconds and, in some versions of node:zlib,
 * kilobytes, however short it is.
 */
const MOST_FRAMES = 4_096

const BLOCK_HEADER_LENGTH = 3
const CHECKSUM_LENGTH = 4

/** The part of a frame to collect next. */
const enum Part {
  MAGIC,
  SKIPPABLE_SIZE,
  DESCRIPTOR,
  BLOCK_HEADER,
}

/** Walks over frames that arrive in pieces of any size. */
export class ZstdFrames {
  #part: Part = Part.MAGIC
  /** The bytes of the part being collected, and their number. */
  readonly #header = new Uint8Array(SIGNATURE_LENGTH)
  #have = 0
  #need = SIGNATURE_LENGTH
  /** Bytes to skip before collecting. */
  #skip = 0
  /** Whether this frame has a checksum after its last block. */
  #checksum = false
  #frames = 0

  /** Whether this is a boundary, where a frame may begin or the data may end. */
  get between(): boolean {
    return this.#part === Part.MAGIC && this.#have === 0 && this.#skip === 0
  }

  /** Whether only part of a frame's signature has arrived. */
  get beginning(): boolean {
    return this.#part === Part.MAGIC && this.#have > 0
  }

  /** The index in `bytes`, from `start`, where the current frame ends; `bytes.length` if it goes on. */
  next(bytes: Uint8Array, start: number): number {
    let at = start
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, bytes.length - at)
        this.#skip -= passed
        at += passed
      } else {
        this.#header[this.#have++] = bytes[at++] as number
        if (this.#have === this.#need) this.#advance()
      }
      if (this.between) break
    }
    return at
  }

  /** Handles a part that has been collected. */
  #advance(): void {
    const header = this.#header
    const size = header[0] as number
    switch (this.#part) {
      case Part.MAGIC:
        if (!isZstdMagic(header)) throw new Damage('BYTES_AFTER_CODED_DATA', 'zstd')
        if (++this.#frames > MOST_FRAMES) throw new Damage('UNSUPPORTED_CODING', 'zstd')
        if (size === 0x28) this.#collect(Part.DESCRIPTOR, 1)
        else this.#collect(Part.SKIPPABLE_SIZE, 4)
        break
      case Part.SKIPPABLE_SIZE:
        this.#skip = new DataView(header.buffer).getUint32(0, true)
        this.#collect(Part.MAGIC, SIGNATURE_LENGTH)
        break
      case Part.DESCRIPTOR:
        this.#skip = frameHeaderLength(size)
        this.#checksum = (size & 0x04) !== 0
        this.#collect(Part.BLOCK_HEADER, BLOCK_HEADER_LENGTH)
        break
      case Part.BLOCK_HEADER: {
        const block = size | ((header[1] as number) << 8) | ((header[2] as number) << 16)
        this.#skip = ((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3
        const last = (block & 1) !== 0
        if (last && this.#checksum) this.#skip += CHECKSUM_LENGTH
        if (last) this.#collect(Part.MAGIC, SIGNATURE_LENGTH)
        else this.#collect(Part.BLOCK_HEADER, BLOCK_HEADER_LENGTH)
      }
    }
  }

  #collect(part: Part, length: number): void {
    this.#part = part
    this.#need = length
    this.#have = 0
  }
}

/** Bytes of a frame header after its descriptor (RFC 8878 s. 3.1.1.1). */
function frameHeaderLength(descriptor: number): number {
  const contentSize = descriptor >> 6
  const singleSegment = (descriptor & 0x20) !== 0
  const window = singleSegment ? 0 : 1
  const dictionary = DICTIONARY_LENGTHS[descriptor & 3] as number
  if (contentSize === 0) return window + dictionary + (singleSegment ? 1 : 0)
  return window + dictionary + (CONTENT_SIZE_LENGTHS[contentSize] as number)
}

/**
 * `source`, cut where frames end. A signature is held back until all of it has arrived.
 *
 * @throws Damage if `source` ends inside a frame.
 */
export async function* splitZstdFrames(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const frames = new ZstdFrames()
  let held = EMPTY_BYTES
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; ) {
      const end = frames.next(bytes, at)
      const part = bytes.subarray(at, end)
      at = end
      const piece = held.length === 0 ? part : joinBytes([held, part])
      held = frames.beginning ? copyBytes(piece, 0, piece.length) : EMPTY_BYTES
      if (held.length === 0) yield piece
    }
  }
  if (!frames.between) throw new Damage('CODED_DATA_TRUNCATED', 'zstd')
}
