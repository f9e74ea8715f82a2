/**
 * Bytes from the wire are shown in a form that cannot control a terminal.
 */

import { describe, expect, test } from 'vitest'
import { printable } from '../../src/cli/printable.ts'
import { command } from './command.ts'

/** UTF-8 in the form in which the core returns it: one code unit per byte. */
const wire = (text: string) => Buffer.from(text).toString('latin1')

describe('printable()', () => {
  test('shows every byte from 0x00 to 0xFF as visible ASCII and SP', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(printable(String.fromCharCode(byte))).toMatch(
        /^([ -[\]-~]|\\\\|\\[tnr]|\\x[0-9A-F]{2})$/,
      )
      // Also next to a byte that makes the text invalid UTF-8, and between ASCII.
      expect(printable(`${String.fromCharCode(byte)}\xff`)).toMatch(/^[ -~]+$/)
      expect(printable(`a${String.fromCharCode(byte)}a`)).toMatch(/^[ -~]+$/)
    }
  })

  test.each([
    ['a plain value; q="x"', 'a plain value; q="x"'],
    ['C:\\temp\\x41', 'C:\\\\temp\\\\x41'],
    ['a\tb\r\nc', 'a\\tb\\r\\nc'],
    ['\x1b]0;title\x07', '\\x1B]0;title\\x07'],
    ['\x7f', '\\x7F'],
    // CSI as one byte, and as its two bytes in UTF-8.
    ['\x9b31m', '\\x9B31m'],
    [wire('\u009b31m'), '\\xC2\\x9B31m'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  test.each(['café', '日本語', 'Ελλάδα', '🎉', 'e\u0301'])('shows UTF-8 as it is: %s', (text) => {
    expect(printable(wire(text))).toBe(text)
  })

  test.each([
    ['overrides direction', '\u202e', '\\xE2\\x80\\xAE'],
    ['isolates direction', '\u2066', '\\xE2\\x81\\xA6'],
    ['has no width', '\u200b', '\\xE2\\x80\\x8B'],
    ['separates lines', '\u2028', '\\xE2\\x80\\xA8'],
    ['looks like a space', '\u00a0', '\\xC2\\xA0'],
    ['fills a place invisibly', '\u3164', '\\xE3\\x85\\xA4'],
    ['is for private use', '\ue000', '\\xEE\\x80\\x80'],
    ['is a byte order mark', '\ufeff', '\\xEF\\xBB\\xBF'],
  ])('shows the bytes of a character that %s', (_what, text, shown) => {
    expect(printable(wire(`a${text}é`))).toBe(`a${shown}é`)
  })

  test.each([
    ['a byte too few', 'caf\xc3', 'caf\\xC3'],
    ['an overlong form', '\xc0\xaf', '\\xC0\\xAF'],
    ['a surrogate', '\xed\xa0\x80', '\\xED\\xA0\\x80'],
    ['one bad byte among good ones', `${wire('é')}\xff`, '\\xC3\\xA9\\xFF'],
  ])('shows the bytes of invalid UTF-8: %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown)
  })
})

describe('hostile input', () => {
  const clear = '\x1b[2J\x9b2J'
  const utf8 = '\xc2\x9b2J\xe2\x80\xae'

  test.each([
    ['a field value', `GET / HTTP/1.1\r\nHost: h\r\nX: \x9b2J${utf8}\r\n\r\n`],
    ['a field value that is UTF-8', `GET / HTTP/1.1\r\nHost: h\r\nX: ${utf8}\r\n\r\n`],
    ['a reason phrase', `HTTP/1.1 200 \x9b2J${utf8}\r\nContent-Length: 0\r\n\r\n`],
    ['an Upgrade field', `HTTP/1.1 101 S\r\nUpgrade: \x9b2J${utf8}\r\n\r\n`],
    ['a trailer', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${utf8}\r\n\r\n`],
    ['a body', `HTTP/1.1 200 OK\r\n\r\n${clear}`],
    ['a body that is UTF-8', `HTTP/1.1 200 OK\r\n\r\n${wire('\u202e\u2028')}`],
    ['what follows a switch', `HTTP/1.1 101 S\r\n\r\n${clear}`],
    ['a coding', `HTTP/1.1 200 OK\r\nContent-Encoding: x${utf8}\r\n\r\n`],
    ['a method', `GET${clear} / HTTP/1.1\r\n\r\n`],
    ['a target', `GET /${clear} HTTP/1.1\r\n\r\n`],
    ['a field name', `GET / HTTP/1.1\r\nX${clear}: 1\r\n\r\n`],
    ['a folded value', `HTTP/1.1 200 OK\r\nX: a\r\n \x9b2J\r\n\r\n`],
  ])('cannot send control characters to the terminal in %s', async (_where, input) => {
    for (const options of [[], ['--json']]) {
      const { stdout, stderr } = await command(['parse', ...options], { input: [input] })
      expect(stdout + stderr).not.toBe('')
      expect(stdout + stderr).toMatch(/^[\n -~]*$/)
    }
  })
})
