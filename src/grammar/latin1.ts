/**
 * Bytes to text, one byte one code unit (ISO-8859-1), so that no byte is lost and an offset in the
 * bytes is an offset in the text.
 *
 * Not `TextDecoder('latin1')`: the web platform reads that label as windows-1252, which turns
 * 0x80-0x9F into other characters.
 */

interface Latin1Slicer {
  latin1Slice(start: number, end: number): string
}

/** Arguments in one call of `String.fromCharCode`; engines bound it, none below this. */
const STRIDE = 4096

/** Decodes `bytes[start, end)` with nothing but the language: for browsers and workers. */
export function decodeLatin1Portable(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let p = start; p < end; p += STRIDE) {
    text += String.fromCharCode(...bytes.subarray(p, Math.min(p + STRIDE, end)))
  }
  return text
}

const bufferPrototype = (globalThis as { Buffer?: { prototype: Partial<Latin1Slicer> } }).Buffer
  ?.prototype

const nativeSlice = bufferPrototype?.latin1Slice

/** Decodes `bytes[start, end)`. */
export const decodeLatin1: (bytes: Uint8Array, start: number, end: number) => string =
  nativeSlice === undefined
    ? decodeLatin1Portable
    : (bytes, start, end) => nativeSlice.call(bytes as Uint8Array & Latin1Slicer, start, end)
