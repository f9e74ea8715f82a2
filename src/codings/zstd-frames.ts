/**
 * Where zstd frames end (RFC 8878 s. 3.1). Decoders differ in what they do after the first frame,
 * and some do not notice when the last one is cut short: so frames are walked from block to block
 * here, undecoded, and no piece that a decoder is given crosses the end of one.
 */

import { copyBytes, EMPTY_BYTES, joinBytes } from '../grammar/byte-arrays.ts'
import { Damage } from './errors.ts'
import { isZstdMagic, SIGNATURE_LENGTH } from './signature.ts'

/** RFC 8878 s. 3.1.1.1.3: bytes of the dictionary's identifier, by the flag. */
const DICTIONARY_LENGTHS = [0, 1, 2, 4]
/** RFC 8878 s. 3.1.1.1.4: bytes of the content's size, by the flag. */
const CONTENT_SIZE_LENGTHS = [0, 2, 4, 8]

/** RFC 8878 s. 3.1.1.2.2: a block of one byte that is repeated. */
const RLE_BLOCK = 1

/**
 * More frames than this are refused: each costs a decoder some microseconds and, with some versions
 * of node:zlib, kilobytes, however few bytes it is.
 */
const MOST_FRAMES = 4_096

const BLOCK_HEADER_LENGTH = 3
const CHECKSUM_LENGTH = 4

/** What is collected next. */
const enum Part {
  MAGIC,
  SKIPPABLE_SIZE,
  DESCRIPTOR,
  BLOCK_HEADER,
}

/** Walks over frames in pieces of any size. */
export class ZstdFrames {
  #part: Part = Part.MAGIC
  /** The part that is being collected, and how much of it there is. */
  readonly #header = new Uint8Array(SIGNATURE_LENGTH)
  #have = 0
  #need = SIGNATURE_LENGTH
  /** Bytes to be passed over before that. */
  #skip = 0
  /** Whether this frame has a checksum after its last block. */
  #checksum = false
  #frames = 0

  /** Whether a frame may begin here, or the data end. */
  get between(): boolean {
    return this.#part === Part.MAGIC && this.#have === 0 && this.#skip === 0
  }

  /** Whether what there is of a frame is less than its signature. */
  get beginning(): boolean {
    return this.#part === Part.MAGIC && this.#have > 0
  }

  /** Where in `bytes`, from `start` on, the current frame ends; `bytes.length` where it goes on. */
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

  /** A part has been collected. */
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

/** Bytes of a frame's header after its descriptor (RFC 8878 s. 3.1.1.1). */
function frameHeaderLength(descriptor: number): number {
  const contentSize = descriptor >> 6
  const singleSegment = (descriptor & 0x20) !== 0
  const window = singleSegment ? 0 : 1
  const dictionary = DICTIONARY_LENGTHS[descriptor & 3] as number
  if (contentSize === 0) return window + dictionary + (singleSegment ? 1 : 0)
  return window + dictionary + (CONTENT_SIZE_LENGTHS[contentSize] as number)
}

/**
 * `source`, cut where frames end; a signature is passed on when all of it has been seen.
 *
 * @throws Damage where it ends inside a frame.
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
