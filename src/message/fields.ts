/**
 * The public view of a field section: ordered lines with case-insensitive lookup.
 *
 * A line is either still on the wire (the number of its entry in a `WireSection`) or a pair of
 * strings. A parsed section has no list of lines until the first edit creates one; lines that no edit
 * touches stay numbers in that list, undecoded.
 *
 * The grammar of names and values is not checked here; the serializer checks it.
 */

import { isObject, requireString, show, wrongType } from '../checks.ts'
import { foldAscii, isSameFolded } from '../grammar/ascii.ts'
import { listMembers } from '../grammar/list-text.ts'
import { INSPECT, type Inspect } from './inspect.ts'
import { SEVERAL } from './shape.ts'
import type { WireSection } from './wire-section.ts'

/** A field line: the number of its entry in the wire section, or its name and value. */
export type Line = number | { readonly name: string; readonly value: string }

/** The input of {@link Fields.from}. */
export type FieldsInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | readonly string[]

/** Fields that always apply to one connection only, in lower case (RFC 9110 s. 7.6.1). */
// biome-ignore format: one line
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']

/**
 * Connection options that delete nothing. `close` is common and names no field; looking for it would decode the
 * name of every line. Content-Length ends the message: without it a request would be forwarded without its
 * content, and the content after it.
 */
const NEVER_NOMINATED = ['close', 'content-length']

/**
 * The field lines of a header or trailer section, in the order and spelling of the wire.
 *
 * Lookups ignore ASCII case. Values have one code unit per byte (ISO-8859-1); a UTF-8 value can be
 * decoded with `Buffer.from(value, 'latin1').toString()`.
 *
 * Fields of a parsed message borrow the one or two chunks that contain them, until the head's `detach()`.
 * If a chunk has been transferred away, reading them throws an HttpError (`WRONG_STATE`, `side: 'local'`).
 */
export class Fields implements Iterable<[name: string, value: string]> {
  // Not `#private`: with members that are private at run time, parsing a request and reading its fields
  // took a sixth longer.
  /** @internal The section that holds the lines that are numbers. */
  readonly wire: WireSection | undefined
  /** @internal The lines; `undefined` if they are exactly the lines of `wire`. */
  lines: Line[] | undefined

  /** Creates an empty section; use {@link Fields.from} to create one from field lines. */
  constructor()
  /** @internal */
  constructor(wire?: WireSection)
  constructor(wire?: WireSection) {
    if (wire?.offsets === undefined && wire !== undefined) {
      throw new TypeError('new Fields() takes no arguments: use Fields.from()')
    }
    this.wire = wire
    this.lines = undefined
  }

  /**
   * Creates fields from pairs (a `Map`, a web `Headers`), from an object whose values are strings or
   * arrays of strings (`undefined` is skipped, as in Node's `headers`), or from a flat array of names and
   * values like Node's `rawHeaders`. Another `Fields` is copied, without decoding its lines.
   *
   * Names and values are checked against the grammar when they are serialized, not here.
   *
   * @throws TypeError for a name or value that is not a string, a flat array of odd length or other input.
   */
  static from(init: FieldsInit): Fields {
    if (init instanceof Fields) return init.copy()
    if (!isObject(init)) {
      throw new TypeError('Fields.from takes pairs, an object or a flat array of names and values')
    }
    const lines: Line[] = []
    if (isFlat(init)) {
      if (init.length % 2 !== 0) throw new TypeError('a flat array of fields must have even length')
      for (let i = 0; i < init.length; i += 2) {
        lines.push(checkedLine(init[i] as string, init[i + 1] as string))
      }
    } else if (Symbol.iterator in init) {
      for (const pair of init) {
        if (!isObject(pair)) throw wrongType('a field', 'a pair of name and value', pair)
        lines.push(checkedLine(pair[0], pair[1]))
      }
    } else {
      const object = init as Readonly<Record<string, string | readonly string[] | undefined>>
      // `Object.entries` would allocate an array per entry: serving a GET took 8 % longer with it.
      for (const name of Object.keys(object)) {
        const value = object[name]
        if (Array.isArray(value)) for (const one of value) lines.push(checkedLine(name, one))
        else if (value !== undefined) lines.push(checkedLine(name, value as string))
      }
    }
    const fields = new Fields()
    fields.lines = lines
    return fields
  }

  /** The number of field lines. */
  get size(): number {
    return this.lines?.length ?? this.wire?.count ?? 0
  }

  /**
   * The value of the field `name`: the values of its lines in order, joined by `", "` (RFC 9110 s. 5.3),
   * or `undefined`. Set-Cookie lines cannot be joined: `get` returns the first, {@link getAll} all.
   */
  get(name: string): string | undefined {
    const { wire, lines } = this
    requireString('a field name', name)
    if (wire !== undefined && lines === undefined) {
      const n = wire.findOnly(name)
      if (n === 0) return undefined
      if (n !== SEVERAL) return wire.value(n)
    }
    const values = this.getAll(name)
    return values.length > 1 && !isSetCookie(name) ? values.join(', ') : values[0]
  }

  /** The values of all lines of the field `name`, in order. */
  getAll(name: string): string[] {
    const values: string[] = []
    for (let i = this.find(name, 0); i >= 0; i = this.find(name, i + 1)) values.push(this.value(i))
    return values
  }

  /** Whether there is a line of the field `name`, even one with an empty value. */
  has(name: string): boolean {
    return this.find(name, 0) >= 0
  }

  /** Adds a line at the end. @throws TypeError for a name or value that is not a string. */
  append(name: string, value: string): this {
    this.edit().push(checkedLine(name, value))
    return this
  }

  /**
   * Replaces all lines of the field `name` with one, in the place of the first, or adds one at the end.
   *
   * @throws TypeError for a name or value that is not a string.
   */
  set(name: string, value: string): this {
    const line = checkedLine(name, value)
    const first = this.find(name, 0)
    if (first < 0) return this.append(name, value)
    this.removeFrom(first + 1, name)
    this.edit()[first] = line
    return this
  }

  /** Removes all lines of the field `name`. Returns whether there were any. */
  delete(name: string): boolean {
    const before = this.size
    this.removeFrom(0, name)
    return this.size < before
  }

  /**
   * Removes the fields that apply to one connection only, as an intermediary must before it forwards a
   * message (RFC 9110 s. 7.6.1): Connection, every field it names, and, named or not, Keep-Alive,
   * Proxy-Connection, TE, Transfer-Encoding and Upgrade. If Transfer-Encoding framed the message, the caller
   * must set its framing anew. Content-Length stays even if Connection names it, which no sender may do:
   * without it the message would end elsewhere.
   *
   * @param nominatedBy The fields whose Connection is read: for trailers, pass the headers.
   */
  deleteHopByHop(nominatedBy: Fields = this): this {
    const nominated = new Set<string>()
    for (const option of nominatedBy.members('Connection', false)) nominated.add(foldAscii(option))
    for (const name of HOP_BY_HOP) {
      this.delete(name)
      nominated.delete(name)
    }
    for (const option of NEVER_NOMINATED) nominated.delete(option)
    if (nominated.size === 0) return this
    this.remove((_, index) => nominated.has(foldAscii(this.name(index))))
    return this
  }

  /** Iterates over a snapshot of the lines, in order: the fields may be edited during the iteration. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    const flat = this.raw()
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string]
  }

  /** A flat array: name, value, name, value, like Node's `rawHeaders`. */
  raw(): string[] {
    if (this.lines === undefined) return this.wire?.raw() ?? []
    const flat: string[] = []
    for (let i = 0; i < this.lines.length; i++) flat.push(this.name(i), this.value(i))
    return flat
  }

  /**
   * An object without prototype: names in lower case, values joined as by {@link get}, Set-Cookie
   * as an array.
   */
  toObject(): Record<string, string | string[]> {
    const object: Record<string, string | string[]> = Object.create(null)
    for (const [name, value] of this) {
      const key = foldAscii(name)
      const known = object[key]
      if (Array.isArray(known)) known.push(value)
      else if (isSetCookie(key)) object[key] = [value]
      else object[key] = known === undefined ? value : `${known}, ${value}`
    }
    return object
  }

  /** The lines as an array of pairs, with order, spelling and repeated names preserved. */
  toJSON(): [name: string, value: string][] {
    return [...this]
  }

  /** The output of Node's `console.log`. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return `Fields ${inspect(this.toJSON(), options)}`
  }

  /** @internal The members of the list in all lines of the field `name`; see {@link listMembers}. */
  members(name: string, quotes: boolean): string[] {
    return this.getAll(name).flatMap((list) => listMembers(list, quotes))
  }

  /** @internal Whether the list of tokens `name` has `member`, in any ASCII case. */
  hasMember(name: string, member: string): boolean {
    return this.has(name) && this.members(name, false).some((one) => isSameFolded(one, member))
  }

  /** @internal Whether a line of the field `name` is still on the wire. */
  isOnWire(name: string): boolean {
    for (let i = 0; i < this.size; i++) if (this.isNamedOnWire(this.line(i), name)) return true
    return false
  }

  /** @internal Removes the lines of the field `name` that are still on the wire. */
  deleteOnWire(name: string): void {
    this.remove((line) => this.isNamedOnWire(line, name))
  }

  private isNamedOnWire(line: Line, name: string): boolean {
    return typeof line === 'number' && this.wire?.isNamed(line, name) === true
  }

  private copy(): Fields {
    const copy = new Fields(this.wire)
    if (this.lines !== undefined) copy.lines = [...this.lines]
    return copy
  }

  private edit(): Line[] {
    if (this.lines === undefined) {
      this.lines = []
      for (let i = 0; i < (this.wire?.count ?? 0); i++) this.lines.push(i + 1)
    }
    return this.lines
  }

  private remove(isUnwanted: (line: Line, index: number) => boolean): void {
    this.lines = this.edit().filter((line, index) => !isUnwanted(line, index))
  }

  private removeFrom(first: number, name: string): void {
    if (this.find(name, first) < 0) return
    this.remove((_, index) => index >= first && this.isNamed(index, name))
  }

  private find(name: string, index: number): number {
    requireString('a field name', name)
    if (this.lines === undefined) return (this.wire?.find(name, index + 1) ?? 0) - 1
    for (; index < this.lines.length; index++) if (this.isNamed(index, name)) return index
    return -1
  }

  private line(index: number): Line {
    return this.lines === undefined ? index + 1 : (this.lines[index] as Line)
  }

  private isNamed(index: number, name: string): boolean {
    const line = this.line(index)
    if (typeof line !== 'number') return isSameFolded(line.name, name)
    return this.isNamedOnWire(line, name)
  }

  private name(index: number): string {
    const line = this.line(index)
    return typeof line === 'number' ? (this.wire?.name(line) ?? '') : line.name
  }

  private value(index: number): string {
    const line = this.line(index)
    return typeof line === 'number' ? (this.wire?.value(line) ?? '') : line.value
  }
}

function isFlat(init: FieldsInit): init is readonly string[] {
  return Array.isArray(init) && typeof init[0] === 'string'
}

function isSetCookie(name: string): boolean {
  return isSameFolded(name, 'set-cookie')
}

function checkedLine(name: string, value: string): Line {
  requireString('a field name', name)
  if (typeof value !== 'string') {
    throw wrongType(`the value of the field ${show(name)}`, 'a string', value)
  }
  return { name, value }
}
