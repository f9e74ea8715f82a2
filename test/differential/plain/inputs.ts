/**
 * Generates the inputs of the differential run: messages from templates and from captured traffic, half
 * of them damaged, with options to match. Because millions are needed, inputs are strings that are cut and
 * joined, and most of their parts are picked from lists.
 *
 * Half of the inputs stay undamaged, because an input that is invalid in its first byte tests none of the
 * others. Limits are chosen near the sizes of inputs, so that they are hit.
 */

import { DEFAULT_LIMITS, type Leniency, type Limits } from '../../../src/index.ts'
import type { Kind, PlainOptions } from './parser.ts'
import { Random } from './random.ts'

/** Captured traffic, as latin1. */
export type Samples = Readonly<Record<Kind, readonly [string, ...string[]]>>

export interface Input extends PlainOptions {
  /** The bytes, as latin1. */
  readonly text: string
}

type Strings = readonly [string, ...string[]]

const METHODS: Strings = [
  ...(['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'CONNECT'] as const),
  ...['DELETE', 'PATCH', 'M-SEARCH', 'get', 'GETS', 'GEX', 'CONNECTS', "!#$%&'*+-.^_`|~", 'OPTION'],
]

const TARGETS: Strings = [
  ...([
    '/',
    '/',
    '/index.html?q=1',
    '/a/b/c?x=%20&y=[]{}|^`"<>\\',
    '*',
    'example.com:443',
  ] as const),
  ...[
    'http://example.com/',
    'https://example.com',
    'HTTP://a:80?x',
    'http://[::1]:8080/',
    'http://',
  ],
  ...[
    'http:/a',
    'http:a',
    'http://user@a/',
    'http://:80/',
    'ftp://a/',
    'urn:x',
    'urn:1',
    'a:80',
    'a:0',
  ],
  ...[
    'a:65535',
    'a:65536',
    '[::1]:443',
    '[v1.x]:1',
    ':443',
    'a:',
    'a',
    '//a',
    '**',
    '/a#b',
    '1a:/x',
  ],
  ...['http://%41/', 'http://%4/', 'a+b-c.d:/', 'a:///', 'http://a:99999/', '[fe80::1%25en0]:1'],
]

const VERSIONS: Strings = [
  ...([
    'HTTP/1.0',
    'HTTP/1.2',
    'HTTP/1.9',
    'HTTP/2.0',
    'HTTP/0.9',
    'HTTP/1.10',
    'http/1.1',
  ] as const),
  ...['HTTP/1', 'HTTP/1.', 'HTTP/1,1', 'HTTPS/1.1', 'HTTP/3', 'HTTP/11.1', 'HTTP/1.a', 'ICY', ''],
]

const STATUSES: Strings = [
  ...([
    '200',
    '200',
    '200',
    '204',
    '304',
    '100',
    '101',
    '103',
    '199',
    '299',
    '404',
    '500',
  ] as const),
  ...['999', '099', '000', '20', '2000', '2x0', '-20', '', ' 200'],
]

const REASONS: Strings = [
  ...([
    'OK',
    'OK',
    'Not Found',
    '',
    ' ',
    'a\tb',
    'tr\xe8s bien',
    '\x80\xff',
    ' two  spaces ',
  ] as const),
]

const HOSTS: Strings = [
  ...([
    'example.com',
    'a',
    'a:80',
    '',
    '[::1]',
    '[::1]:8080',
    '127.0.0.1:3000',
    'EXAMPLE',
    'a%41',
  ] as const),
  ...[
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:7::]',
    '[::ffff:1.2.3.4]',
    '[1::2::3]',
    '[::1.2.3.256]',
    '[]',
  ],
  ...[
    '[1:2:3:4:5:6:7]',
    '[::01.2.3.4]',
    '[12345::]',
    '[v1.a:b]',
    '[v.a]',
    '[vF.]',
    '[::1',
    '::1',
    '[:::]',
  ],
  ...[
    'a b',
    'a,b',
    'a@b',
    'a/b',
    'a:b',
    'a:65536',
    'a:00080',
    ':80',
    'a:',
    'a%4',
    'a%zz',
    'h\xf6st',
    '"a"',
  ],
]

const AUTHORITY_PARTS: Strings = [
  ...([
    '1',
    '0',
    'ffff',
    'FFFFF',
    '::',
    ':',
    '1.2.3.4',
    '1.2.3.04',
    '255.255.255.255',
    '1.2.3.256',
  ] as const),
  ...['g', 'v1.', 'v', '%41', '[', ']', '@', '.', '1.2.3', '1.2.3.4.5', '1.2.3.4:', 'v1.a'],
]

const LENGTHS: Strings = [
  ...([
    '0',
    '1',
    '5',
    '10',
    '10',
    '00',
    '007',
    '',
    ' ',
    '-1',
    '+1',
    '1.0',
    '0x5',
    '5,5',
    '5, 5',
  ] as const),
  ...['5 ,\t5', '5,6', '5,,5', '5,', ',5', '5;a', '5 5', '"5"', '5,"5"', '9007199254740991', '1e1'],
  ...['9007199254740992', '18446744073709551616', '9007199254740992,9007199254740993', '\xb9'],
  ...['9007199254740992,5', '00000000000000000000000000000005'],
]

const CODINGS: Strings = [
  ...(['chunked', 'chunked', 'chunked', 'chunked', 'Chunked', 'CHUNKED', 'gzip, chunked'] as const),
  ...[
    'gzip',
    'x-gzip,x-compress , deflate,compress,chunked',
    'identity',
    'br, chunked',
    'chunked, gzip',
  ],
  ...[
    'chunked, chunked',
    'chunked;a=b',
    'gzip;q=1, chunked',
    'x;a=b, chunked',
    'x;a="b,c", chunked',
  ],
  ...[
    'x;a="b\\",c" ; d = e, chunked',
    'x;a="b, chunked',
    'x;a, chunked',
    'x;=b, chunked',
    ', chunked',
  ],
  ...[
    'chunked,',
    'gzip,,chunked',
    '',
    ',',
    '"chunked"',
    'chun ked',
    'x;a="\x7f", chunked',
    'x ;a=b',
  ],
  ...[
    '\tchunked\t',
    'chunked\x0b',
    'x;a=b c, chunked',
    'x; a="" , chunked',
    '\xe9, chunked',
    'a, b, chunked',
  ],
]

const CONNECTIONS: Strings = [
  ...([
    'close',
    'keep-alive',
    'Keep-Alive',
    'upgrade',
    'Upgrade',
    'CLOSE',
    'keep-alive, Upgrade',
  ] as const),
  ...[
    'close, keep-alive',
    ',, close ,',
    'te\t,close',
    '"close"',
    '"a, close"',
    'closed',
    'clos',
    '',
    'x',
  ],
  ...['upgrade,close', 'keep-alive;close', '\xa0close'],
]

const EXPECTS: Strings = [
  ...([
    '100-continue',
    '100-continue',
    '100-Continue',
    '',
    '100-continue,',
    '200-ok',
    '100-continue;a',
  ] as const),
]

const NAMES: Strings = [
  ...([
    'Accept',
    'User-Agent',
    'X',
    'x-a',
    'Cookie',
    'Set-Cookie',
    'Date',
    'ETag',
    'Trailer',
    'TE',
  ] as const),
  ...[
    'Keep-Alive',
    "!#$%&'*+-.^_`|~09",
    'Hosts',
    'Hos',
    'Upgrades',
    'Content-Type',
    'Content-Lengths',
  ],
  ...[
    'Transfer-Encodinh',
    'Ehpect',
    'Conmection',
    '__proto__',
    'Content_Length',
    'a-name-of-some-length',
  ],
]

const ENDS: Strings = [
  '\n',
  '\n',
  '\r',
  '\n\r',
  '\r\r\n',
  ' \r\n',
  '\r\n ',
  '\r\n\t',
  '\r\n\r\n',
  '',
]

/** Bytes with a meaning in some place of a message. */
const TELLING: Strings = [
  ...([
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\t',
    '\0',
    '\x0b',
    '\x0c',
    '\x1f',
    '\x7f',
    '\x80',
    '\xa0',
  ] as const),
  ...[
    '\xff',
    ',',
    ';',
    ':',
    '"',
    '\\',
    '=',
    '/',
    '#',
    '%',
    '*',
    '@',
    '[',
    ']',
    '0',
    '1',
    '9',
    'a',
    'F',
    'H',
  ],
  ...[' :', ': ', '\r\n ', '\r\n\r\n', '0\r\n', '  ', '\t \t'],
]

const EXTENSIONS: Strings = [
  ...([
    '',
    '',
    '',
    '',
    ';a',
    ';a=b',
    ';a="b"',
    ';a="b;\\"c\\\\"',
    ' ; a = b ; c',
    ';a;b;c=d;e="f\t g"',
  ] as const),
  ...[
    ';',
    ';;',
    ';a=',
    ';=b',
    ';a="b',
    ';a="\x7f"',
    ';a="\\\x01"',
    ' ',
    '\t ',
    ' x',
    ';a ',
    ';a = "b" ',
    ';a b',
  ],
  ...[';a="\xe9"', ';a="b"c', ';a=b"c"', '=a', ';\xe9', ';a==b', '; a\t=\tb\t;\tc', ';a="\r\n"'],
  ...['      ', ';a       ', ';a=b\t\t\t\t\t', ';a="b"       ', ';a       =       b', ' \t \t ;a'],
]

const SIZES: Strings = [
  ...([
    '',
    'g',
    '-1',
    '+1',
    '0x1',
    ' 1',
    '1 1',
    '20000000000000',
    '1fffffffffffff',
    'FFFFFFFFFFFFFFFF',
  ] as const),
  ...['10000000000000000', '00000000000000001', '0000000000000001', '1\xb9', '\t', '001'],
]

const BETWEEN: Strings = [
  '\r\n',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\r\n\n\r\n',
  '\r\n\r\n\r\n\r\n\r\n',
  ' ',
]

/** The longest line that limits can allow, in bytes. */
const LONGEST_LINE = 262_144

const LARGEST: Limits = {
  ...DEFAULT_LIMITS,
  maxStartLine: LONGEST_LINE,
  maxTarget: LONGEST_LINE,
  maxFieldLine: LONGEST_LINE,
  maxHead: 2 * LONGEST_LINE,
}

/** Text to cut values from; the second one has bytes of every class that is valid in a field value. */
const [ASCII, ANY] = (() => {
  const random = new Random(1, 1)
  let ascii = ''
  let any = ''
  while (ascii.length < 300_000) {
    ascii += String.fromCharCode(random.between(0x20, 0x7e))
    const byte = random.pick([0x09, 0x20, random.between(0x21, 0x7e), random.between(0x80, 0xff)])
    any += String.fromCharCode(byte)
  }
  return [ascii, any]
})()

/** Makes input `index` of a run with `seed`. */
export function makeInput(seed: number, index: number, samples: Samples): Input {
  return new Maker(new Random(seed, index), samples).input()
}

class Maker {
  private readonly random: Random
  private readonly samples: Samples
  /** The usual line end, and the percentage of lines that end otherwise. */
  private end = '\r\n'
  private oddEnds = 0
  /** The percentage of parts that are picked among all candidates, invalid ones included. */
  private odd = 0

  constructor(random: Random, samples: Samples) {
    this.random = random
    this.samples = samples
  }

  input(): Input {
    const { random } = this
    const kind: Kind = random.chance(50) ? 'request' : 'response'
    this.odd = random.pick([0, 0, 0, 0, 8, 8, 40])
    if (random.chance(8)) this.end = '\n'
    if (random.chance(8)) this.oddEnds = 8

    let text = ''
    if (random.chance(8)) text += random.pick(BETWEEN)
    for (let messages = random.pick([1, 1, 1, 2, 2, 3]); messages > 0; messages--) {
      text += random.chance(20) ? this.sample(kind) : this.message(kind)
      if (random.chance(8)) text += random.pick(BETWEEN)
    }
    if (random.chance(50)) text = this.damage(kind, text)
    const requestMethods: string[] = []
    if (kind === 'response') {
      while (random.chance(50)) {
        requestMethods.push(random.pick(['GET', 'GET', 'HEAD', 'CONNECT', 'POST', 'connect']))
      }
    }
    if (random.chance(2)) {
      const size = random.pick([2_048, 4_096, 4_096, 8_192, 12_288])
      text = this.stretch(text, size + random.between(-4, 12) - text.length)
    }
    const longest = random.below(5_000) === 0
    if (longest) {
      const line = /^[^:]*: [^\r\n]*/.exec(text.slice(text.indexOf('\n') + 1))?.[0] ?? ''
      text = this.stretch(text, LONGEST_LINE + random.between(-10, 4) - line.length)
    }
    return {
      kind,
      text,
      limits: longest ? LARGEST : random.chance(35) ? this.limits(text) : DEFAULT_LIMITS,
      leniency: this.leniency(),
      chunkBoundaries: random.chance(60),
      requestMethods,
      resume: random.chance(50),
      ended: random.chance(90),
    }
  }

  private leniency(): Leniency {
    const { random } = this
    const strict = random.chance(40)
    return {
      allowBareLf: !strict && random.chance(this.end === '\n' ? 90 : 30),
      allowMissingHost: !strict && random.chance(40),
      allowLengthWithTransferEncoding: !strict && random.chance(40),
      allowSpaceAfterChunkSize: !strict && random.chance(40),
    }
  }

  private limits(text: string): Limits {
    const { random } = this
    const some = (limit: keyof Limits, most: number): number => {
      if (!random.chance(25)) return DEFAULT_LIMITS[limit]
      return random.chance(60) ? random.between(1, most) : this.sizeIn(text)
    }
    return {
      maxStartLine: some('maxStartLine', 60),
      maxTarget: some('maxTarget', 30),
      maxFieldLine: some('maxFieldLine', 90),
      maxHead: some('maxHead', 300),
      maxFields: some('maxFields', 8),
      maxChunkExtension: some('maxChunkExtension', 24),
      maxChunkExtensions: some('maxChunkExtensions', 30),
      maxTrailer: some('maxTrailer', 50),
      maxEmptyLines: some('maxEmptyLines', 3),
      maxBody: some('maxBody', 40),
    }
  }

  /** The approximate length of a line of `text`, or of everything up to its end. */
  private sizeIn(text: string): number {
    const { random } = this
    const at = text.indexOf('\n', random.below(text.length + 1))
    const end = at < 0 ? text.length : at
    const start = random.chance(60) ? 0 : text.lastIndexOf('\n', end - 1) + 1
    return Math.min(Math.max(1, end - start + random.between(-2, 2)), 10_000)
  }

  /** `text` with its first field value lengthened by `length` bytes. */
  private stretch(text: string, length: number): string {
    const value = text.indexOf(': ') + 2
    if (value < 2 || length <= 0) return text
    return text.slice(0, value) + this.cut(ANY, length) + text.slice(value)
  }

  private sample(kind: Kind): string {
    const { random } = this
    return random.chance(97)
      ? random.pick(this.samples[kind])
      : random.pick(this.samples[kind === 'request' ? 'response' : 'request'])
  }

  /** One of `items`: one of the first `good`, valid ones, or at `odd` percent any of them. */
  private pick(items: Strings, good: number, odd: number = this.odd): string {
    const { random } = this
    return items[random.below(random.chance(odd) ? items.length : good)] ?? items[0]
  }

  private lineEnd(): string {
    return this.random.chance(this.oddEnds) ? this.random.pick(ENDS) : this.end
  }

  private message(kind: Kind): string {
    const { random } = this
    const version = random.chance(80 - this.odd) ? 'HTTP/1.1' : this.pick(VERSIONS, 3)
    let head: string
    let bodiless = false
    if (kind === 'request') {
      const method = this.pick(METHODS, 8)
      let target = this.pick(TARGETS, 4)
      if (method === 'CONNECT') target = random.chance(60) ? 'a.b:443' : random.pick(TARGETS)
      else if (random.chance(2)) target = `http://${this.host()}/`
      head = `${method} ${target} ${version}${this.lineEnd()}`
      if (random.chance(95))
        head += this.line('Host', random.chance(4) ? this.host() : this.pick(HOSTS, 9))
    } else {
      const status = this.pick(STATUSES, 11)
      // Content after such a head would be parsed as the next response, so it is usually left out.
      bodiless = /^1|^[23]04/.test(status) && random.chance(90)
      head = `${version} ${status}`
      if (random.chance(90)) head += ` ${this.pick(REASONS, 9)}`
      head += this.lineEnd()
    }
    return head + this.fieldsAndBody(kind, bodiless)
  }

  private fieldsAndBody(kind: Kind, bodiless: boolean): string {
    const { random } = this
    let lines = ''
    let body = ''
    for (let n = random.chance(2) ? random.below(140) : random.below(6); n > 0; n--) {
      lines += this.line(random.pick(NAMES), this.value(), kind)
    }
    switch (random.below(5)) {
      case 0:
      case 1:
        lines += this.line('Transfer-Encoding', this.pick(CODINGS, 7, this.odd + 5), kind)
        if (random.chance(this.odd)) {
          const [name, list] = random.pick([
            ['Transfer-Encoding', CODINGS],
            ['Content-Length', LENGTHS],
          ])
          lines += this.line(name, random.pick(list), kind)
        }
        body = this.chunks()
        break
      case 2: {
        const length = this.pick(LENGTHS, 5, this.odd + 5)
        lines += this.line('Content-Length', length, kind)
        if (random.chance(kind === 'response' ? 10 : this.odd)) {
          lines += this.line('content-length', random.chance(50) ? length : random.pick(LENGTHS))
        }
        body = this.content(random.chance(80) ? Number(length) || 0 : random.below(20))
        break
      }
      case 3:
        if (kind === 'response') body = this.content(random.below(50))
        break
    }
    if (random.chance(25)) lines += this.line('Connection', this.pick(CONNECTIONS, 7), kind)
    if (random.chance(12))
      lines += this.line('Upgrade', random.pick(['x', 'x', 'x/1, y', '', ' , ,']))
    while (random.chance(5)) lines += this.line('Expect', this.pick(EXPECTS, 3))
    if (random.chance(this.odd / 4)) lines += this.line('HOST', random.pick(HOSTS))
    return lines + this.lineEnd() + (bodiless ? '' : body)
  }

  /** Pieces of authorities, mostly of IPv6 addresses; some of the results are valid. */
  private host(): string {
    const { random } = this
    let host = ''
    for (let n = random.below(11); n > 0; n--) {
      host += random.chance(15) ? random.pick(AUTHORITY_PARTS) : `${n.toString(16)}:`
      if (random.chance(7)) host += ':'
    }
    if (random.chance(50)) host += random.pick(AUTHORITY_PARTS)
    return `[${host}]${random.chance(80) ? '' : random.pick([':', ':1', ':65535', ':65536', 'a', ':a'])}`
  }

  private line(name: string, value: string, kind: Kind = 'request'): string {
    const { random } = this
    if (random.chance(6)) name = random.chance(50) ? name.toUpperCase() : name.toLowerCase()
    let before = random.chance(85) ? ': ' : random.pick([':', ':\t', ':  \t ', ': \t\t\t\t\t\t\t'])
    if (random.chance(this.odd / 4)) before = random.pick([' : ', '\t:', '', ' ', ';', '\xba '])
    const after = random.chance(92) ? '' : random.pick([' ', '\t', ' \t  ', '\t\t\t\t\t'])
    let line = `${name}${before}${value}${after}${this.lineEnd()}`
    // Any fold in a request is an error, which would hide the others.
    if (random.chance(kind === 'response' ? 5 : 0.3)) {
      for (let folds = random.between(1, 3); folds > 0; folds--) {
        const spaces = random.pick([' ', '\t', '  \t', '\t\t\t\t\t\t'])
        const more = random.chance(70) ? random.pick([this.value(), 'close', '5']) : ''
        line += `${spaces}${more}${random.chance(80) ? '' : ' \t'}${this.lineEnd()}`
      }
    }
    return line
  }

  private value(): string {
    const { random } = this
    const length = random.chance(99) ? random.below(40) : this.greatLength()
    let value = this.cut(random.chance(70) ? ASCII : ANY, length)
    if (random.chance(this.odd / 4)) {
      const at = random.below(length + 1)
      value = value.slice(0, at) + random.pick(TELLING) + value.slice(at)
    }
    return value
  }

  /** A length near one of the sizes at which the fast parser changes its method. */
  private greatLength(): number {
    const { random } = this
    if (random.chance(1)) return random.pick([32_768, 65_536, 262_144]) + random.between(-40, 10)
    return random.pick([200, 500, 1_024, 2_048, 4_096, 8_192]) + random.between(-150, 50)
  }

  private cut(text: string, length: number): string {
    const at = this.random.below(text.length - length)
    return text.slice(at, at + length)
  }

  private content(length: number): string {
    const { random } = this
    if (length > 10_000) return ''
    return this.cut(random.chance(50) ? ANY : ASCII, length)
  }

  private chunks(): string {
    const { random } = this
    let body = ''
    for (let n = random.below(5); n > 0; n--) {
      const length = random.chance(98) ? random.between(1, 20) : random.between(1, 3_000)
      let size = length.toString(16)
      if (random.chance(10)) size = size.toUpperCase()
      if (random.chance(10)) size = size.padStart(random.between(1, 18), '0')
      if (random.chance(this.odd / 4)) size = random.pick(SIZES)
      body += `${size}${this.extensions()}${this.lineEnd()}${this.content(length)}${this.lineEnd()}`
    }
    body += `${random.pick(['0', '0', '0', '00', '0000000'])}${this.extensions()}${this.lineEnd()}`
    for (let n = random.pick([0, 0, 0, 1, 2, 3]); n > 0; n--) {
      const names: Strings = ['Host', 'content-length', 'Transfer-Encoding', 'TRAILER']
      const name = random.chance(this.odd / 2) ? random.pick(names) : random.pick(NAMES)
      body += this.line(name, this.value())
    }
    return body + this.lineEnd()
  }

  private extensions(): string {
    const { random } = this
    let extensions = random.chance(60) ? '' : this.pick(EXTENSIONS, 10, this.odd + 5)
    if (random.chance(3)) extensions += `;${'a'.repeat(random.between(1, 40))}`
    if (random.chance(0.3)) extensions += `;a="${this.cut(ASCII, 1_020).replace(/["\\]/g, 'x')}"`
    return extensions
  }

  /** `text`, damaged one to five times. */
  private damage(kind: Kind, text: string): string {
    const { random } = this
    for (let n = random.pick([1, 1, 1, 2, 2, 3, 5]); n > 0; n--) text = this.damageOnce(kind, text)
    return text
  }

  private damageOnce(kind: Kind, text: string): string {
    const { random } = this
    // Damage near the beginning breaks the most rules.
    const reach = random.chance(35) ? Math.min(text.length, 120) : text.length
    const at = random.below(reach + 1)
    const to = Math.min(text.length, at + random.between(1, 6))
    const before = text.slice(0, at)
    switch (random.below(12)) {
      case 0:
        return before + String.fromCharCode(random.below(256)) + text.slice(at + 1)
      case 1:
        return before + random.pick(TELLING) + text.slice(at + 1)
      case 2:
        return before + random.pick(TELLING) + text.slice(at)
      case 3:
        return before + String.fromCharCode(random.below(256)) + text.slice(at)
      case 4:
        return before + text.slice(to)
      case 5:
        return text.slice(0, to) + text.slice(at)
      case 6: {
        // A flipped bit changes the case or the class of a character.
        const flipped = (text.charCodeAt(at) || 0) ^ (1 << random.below(8))
        return before + String.fromCharCode(flipped) + text.slice(at + 1)
      }
      case 7: {
        const end = text.indexOf('\r\n', at)
        if (end < 0) return before
        return text.slice(0, end) + random.pick(ENDS) + text.slice(end + 2)
      }
      case 8:
        return random.chance(60) ? before : text.slice(0, text.indexOf('\r', at) + 1)
      case 9: {
        const other = random.chance(50) ? this.message(kind) : this.sample(kind)
        return before + other.slice(random.below(other.length + 1))
      }
      case 10: {
        const colon = text.indexOf(':', at)
        if (colon < 0) return before
        const odd = random.pick([' :', '\t: ', '', ':\x0b', ': \xa0', '::', ': \r\n ', ':\0'])
        return text.slice(0, colon) + odd + text.slice(colon + 1)
      }
      default: {
        // Repeats or drops a line.
        const start = text.lastIndexOf('\n', at) + 1
        const end = text.indexOf('\n', start) + 1 || text.length
        return (
          text.slice(0, random.chance(50) ? end : start) +
          text.slice(random.chance(70) ? start : end)
        )
      }
    }
  }
}
