/**
 * What a program does with a parser that reports only offsets (llhttp and milo as wasm), in the three
 * modes, and as cheaply as possible: undici, in comparison, creates a Buffer for every name and value. A
 * `name` or `value` may be reported in pieces if input is split. Offsets refer to the `bytes` passed to
 * `begin`, until `leave`.
 *
 * On demand: the offsets are kept, with the bytes they refer to, so that strings can be created later.
 */

import { tally } from '../tally.mjs'

const HOST = Buffer.from('host')
const CONTENT_TYPE = Buffer.from('content-type')
const CONTENT_LENGTH = Buffer.from('content-length')

function isName(bytes, at, length, name) {
  if (length !== name.length) return false
  for (let i = 0; i < length; i++) if ((bytes[at + i] | 0x20) !== name[i]) return false
  return true
}

class Demand {
  spans = []
  kept = []
  bytes = null

  begin(bytes) {
    this.bytes = bytes
    this.kept.push(bytes)
  }

  leave() {
    // Between messages no offset refers to the chunk.
    if (this.spans.length === 0) this.kept = []
  }

  start(at, length) {
    this.spans.push(this.kept.length, at, length)
  }

  name(at, length) {
    this.spans.push(this.kept.length, at, length)
  }

  value(at, length) {
    this.spans.push(this.kept.length, at, length)
  }

  head() {
    tally.heads++
    this.spans = []
  }

  request() {
    this.head()
  }

  response() {
    this.head()
  }

  end() {
    tally.ends++
  }

  reset() {
    this.spans = []
    this.kept = []
  }
}

/** Reads the values of one or two fields, and a request's method and target. */
class Values {
  bytes = null
  target = ''
  first = ''
  second = ''
  nameAt = 0
  nameLength = -1
  nameBegan = ''
  inValue = false
  wanted = 0

  constructor(kind) {
    this.isRequest = kind === 'request'
  }

  begin(bytes) {
    this.bytes = bytes
  }

  leave() {
    // A name that continues in the next chunk.
    if (!this.inValue && this.nameLength >= 0) this.nameBegan = this.#name()
  }

  #name() {
    return this.nameBegan + this.bytes.latin1Slice(this.nameAt, this.nameAt + this.nameLength)
  }

  start(at, length) {
    if (this.isRequest) this.target += this.bytes.latin1Slice(at, at + length)
  }

  name(at, length) {
    if (this.inValue) {
      this.inValue = false
      this.nameBegan = ''
    }
    this.nameAt = at
    this.nameLength = length
  }

  value(at, length) {
    if (!this.inValue) {
      this.inValue = true
      this.wanted = this.nameBegan === '' ? this.#wanted() : this.#wantedByText(this.#name())
    }
    if (this.wanted === 1) this.first += this.bytes.latin1Slice(at, at + length)
    else if (this.wanted === 2) this.second += this.bytes.latin1Slice(at, at + length)
  }

  #wanted() {
    const { bytes, nameAt, nameLength } = this
    if (this.isRequest) return isName(bytes, nameAt, nameLength, HOST) ? 1 : 0
    if (isName(bytes, nameAt, nameLength, CONTENT_TYPE)) return 1
    return isName(bytes, nameAt, nameLength, CONTENT_LENGTH) ? 2 : 0
  }

  #wantedByText(text) {
    const name = text.toLowerCase()
    if (this.isRequest) return name === 'host' ? 1 : 0
    if (name === 'content-type') return 1
    return name === 'content-length' ? 2 : 0
  }

  request(method) {
    tally.text += method.length + this.target.length + this.first.length
    this.#head()
  }

  response(status) {
    tally.text += status + this.first.length + this.second.length
    this.#head()
  }

  #head() {
    tally.heads++
    this.reset()
  }

  end() {
    tally.ends++
  }

  reset() {
    this.target = this.first = this.second = this.nameBegan = ''
    this.nameLength = -1
    this.inValue = false
  }
}

/** Keeps a flat list of names and values, like Node's. */
class All {
  bytes = null
  line = ''
  lines = []

  begin(bytes) {
    this.bytes = bytes
  }

  leave() {}

  start(at, length) {
    this.line += this.bytes.latin1Slice(at, at + length)
  }

  name(at, length) {
    const text = this.bytes.latin1Slice(at, at + length)
    const { lines } = this
    if ((lines.length & 1) === 0) lines.push(text)
    else lines[lines.length - 1] += text
  }

  value(at, length) {
    const text = this.bytes.latin1Slice(at, at + length)
    const { lines } = this
    if ((lines.length & 1) === 1) lines.push(text)
    else lines[lines.length - 1] += text
  }

  request(method) {
    tally.text += method.length
    this.#head()
  }

  response(status) {
    tally.text += status
    this.#head()
  }

  #head() {
    tally.heads++
    tally.text += this.line.length + this.lines.length
    this.reset()
  }

  end() {
    tally.ends++
    // Trailers.
    tally.text += this.lines.length
    this.reset()
  }

  reset() {
    this.line = ''
    this.lines = []
  }
}

const READERS = { demand: Demand, values: Values, all: All }

export function reader(kind, mode) {
  return new READERS[mode](kind)
}
