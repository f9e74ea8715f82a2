/**
 * The functions of node:zlib in one table, their options, and the meaning of their errors.
 */

import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import type { EncoderSettings } from './encode-rules.ts'
import { Damage } from './errors.ts'
import type { ContentCoding, Format } from './names.ts'

/** A stream of node:zlib. `bytesWritten` counts the bytes of input that it has consumed. */
export type Engine = Transform & zlib.Zlib

export type EngineOptions = zlib.ZlibOptions & zlib.BrotliOptions

/** One direction of one format: as a stream, synchronously, and in one call in another thread. */
interface Codec {
  create(options: EngineOptions): Engine
  run(bytes: Uint8Array, options: EngineOptions): Uint8Array
  start(
    bytes: Uint8Array,
    options: EngineOptions,
    done: (error: Error | null, result: Uint8Array) => void,
  ): void
}

/** Looked up by name: not every node:zlib has zstd, and the types lack it. */
const functions = zlib as unknown as Readonly<Record<string, unknown>>

function codec(className: string, name: string): Codec {
  return {
    create: functions[`create${className}`],
    run: functions[`${name}Sync`],
    start: functions[name],
  } as Codec
}

export const DECODERS: Readonly<Record<Format, Codec>> = {
  gzip: codec('Gunzip', 'gunzip'),
  deflate: codec('Inflate', 'inflate'),
  'deflate-raw': codec('InflateRaw', 'inflateRaw'),
  br: codec('BrotliDecompress', 'brotliDecompress'),
  zstd: codec('ZstdDecompress', 'zstdDecompress'),
}

export const ENCODERS: Readonly<Record<ContentCoding, Codec>> = {
  gzip: codec('Gzip', 'gzip'),
  deflate: codec('Deflate', 'deflate'),
  br: codec('BrotliCompress', 'brotliCompress'),
  zstd: codec('ZstdCompress', 'zstdCompress'),
}

/** Deno (2.9.6) ends the process if zstd data larger than a few kB is damaged: no error can be caught. */
const UNSAFE: readonly ContentCoding[] = 'Deno' in globalThis ? ['zstd'] : []

/** The codings of this platform, the one that compresses best first. */
export const CODINGS: readonly ContentCoding[] = Object.freeze(
  (['zstd', 'br', 'gzip', 'deflate'] as const).filter(
    (coding) => typeof DECODERS[coding].create === 'function' && !UNSAFE.includes(coding),
  ),
)

/**
 * Appended to a brotli stream: a complete stream leaves it unread, a truncated one consumes it. Not
 * every brotli decoder notices truncation; Deno's does not.
 */
export const SENTINEL = Uint8Array.of(0xff)

/** @throws Damage unless all of the data was read, and the sentinel was not. */
export function throwUnlessWhole(coding: ContentCoding, read: number, coded: number): void {
  if (read < coded) throw new Damage('BYTES_AFTER_CODED_DATA', coding)
  if (read > coded) throw new Damage('CODED_DATA_TRUNCATED', coding)
}

/** What an error of node:zlib says about the data. */
export function damage(coding: ContentCoding, error: unknown): Damage {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'Z_BUF_ERROR') return new Damage('CODED_DATA_TRUNCATED', coding, error)
  // The first header has already been checked, so this is what follows a member.
  if (message === 'incorrect header check') {
    return new Damage('BYTES_AFTER_CODED_DATA', coding, error)
  }
  return new Damage('CODED_DATA_CORRUPT', coding, error)
}

/** RFC 9659: the zstd content coding limits windows to 8 MiB, which is 2^23 bytes. */
const ZSTD_WINDOW_LOG = 23

const CONSTANTS: Readonly<Record<string, number>> = zlib.constants
const constant = (name: string) => CONSTANTS[name] as number

export function decoderOptions(format: Format): EngineOptions | undefined {
  if (format !== 'zstd') return undefined
  return { params: { [constant('ZSTD_d_windowLogMax')]: ZSTD_WINDOW_LOG } }
}

export function encoderOptions({ coding, level, flush }: EncoderSettings): EngineOptions {
  switch (coding) {
    case 'br':
      return {
        params: { [constant('BROTLI_PARAM_QUALITY')]: level },
        flush: constant(flush ? 'BROTLI_OPERATION_FLUSH' : 'BROTLI_OPERATION_PROCESS'),
      }
    case 'zstd':
      return {
        params: {
          [constant('ZSTD_c_compressionLevel')]: level,
          [constant('ZSTD_c_checksumFlag')]: 1,
          [constant('ZSTD_c_windowLog')]: ZSTD_WINDOW_LOG,
        },
        flush: constant(flush ? 'ZSTD_e_flush' : 'ZSTD_e_continue'),
      }
    default:
      return { level, flush: constant(flush ? 'Z_SYNC_FLUSH' : 'Z_NO_FLUSH') }
  }
}
