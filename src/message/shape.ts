/**
 * The shape of a section: the names of its field lines, in order and as spelled.
 *
 * Senders repeat the same names in the same order; only the values differ. So the names are stored in a
 * tree, one node per line, and the scanner of plain heads compares a line with the name that came next
 * last time, one word at a time, instead of scanning its bytes. What depends on names alone (their text,
 * the control fields among them, the results of lookups) is computed once per node, not per message.
 *
 * The tree is a cache and does not affect results: a name matches only if all its bytes do, and sections
 * that are not in the tree are read without it. It never holds values.
 */

import { isSameFolded } from '../grammar/ascii.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { decodeLatin1 } from '../grammar/latin1.ts'
import { Control, controlNamed } from './control-names.ts'

/** The most nodes of a tree, and the most children of a node. */
const MAX_NODES = 2_048
const MAX_CHILDREN = 16

/** A full tree is discarded after this many sections, so that rare names do not occupy it for ever. */
const FULL_FOR = 2 ** 17

/**
 * The shortest and longest names in the tree, in bytes. With colon and space a name must fill a word, and
 * it must fit into the margin of the window, since it is compared without checking for the end.
 */
const MIN_NAME = 2
const MAX_NAME = 48

/** Bytes per word. */
export const WORD = 4

/** The little-endian word at `at`. */
function wordAt(text: string, at: number): number {
  let word = 0
  for (let i = WORD - 1; i >= 0; i--) word = (word << 8) | text.charCodeAt(at + i)
  return word
}

/** A copy of `text` in its own memory: a slice of a longer string would keep all of that alive. */
function copyOf(text: string): string {
  return Array.from(text).join('')
}

/** Returned by {@link Shape.findOnly} if several lines have the name. */
export const SEVERAL = -1

/** The most lookup results that a node caches. */
const MAX_ANSWERS = 16

/** A node of the tree: the name of a field line, given the names of all lines before it. */
export class Shape {
  /** The shape of the lines before this one; `undefined` for the root and {@link NO_SHAPE}. */
  readonly parent: Shape | undefined
  private readonly name: string
  private list: readonly string[] | undefined = undefined
  /** Cached results of {@link findOnly}. */
  private answers: Map<string, number> | undefined = undefined

  /** The number of field lines up to and including this one. */
  readonly count: number
  /** The control field of this line, if it is one. */
  readonly control: Control

  /** Bytes of the line before its value: the name, a colon and a space. */
  readonly size: number
  /**
   * These bytes as words: the first three (if there are that many), those in the middle, and the last,
   * which may overlap another. Few names need more than three: with a loop over all words between the
   * first and the last, reading a head took a tenth longer.
   */
  readonly first: number
  readonly second: number
  readonly third: number
  readonly middle: readonly number[]
  readonly last: number

  /** The child that matched or was added last: the prediction for the next section. */
  next: Shape | undefined = undefined
  /** All children; those that match often move to the front. */
  readonly children: Shape[] = []

  constructor(parent?: Shape, name = '', control = Control.NONE) {
    this.parent = parent
    this.name = name
    this.count = parent === undefined ? 0 : parent.count + 1
    this.control = control
    const text = `${name}: `
    const middle: number[] = []
    for (let at = 3 * WORD; at < text.length - WORD; at += WORD) middle.push(wordAt(text, at))
    this.size = text.length
    this.first = wordAt(text, 0)
    this.second = wordAt(text, WORD)
    this.third = wordAt(text, 2 * WORD)
    this.middle = middle
    this.last = wordAt(text, text.length - WORD)
  }

  /** The names of all lines up to this one, each followed by an empty string in place of its value. */
  get raw(): readonly string[] {
    this.list ??= this.listNames()
    return this.list
  }

  private listNames(): string[] {
    const raw = new Array<string>(2 * this.count).fill('')
    for (let shape: Shape = this; shape.parent !== undefined; shape = shape.parent) {
      raw[2 * shape.count - 2] = shape.name
    }
    return raw
  }

  /**
   * The number of the only line up to this one that is named `name`, in any ASCII case; 0 if there is
   * none, {@link SEVERAL} if there are more. Cached, since programs look up the same names repeatedly.
   */
  findOnly(name: string): number {
    this.answers ??= new Map()
    const known = this.answers.get(name)
    if (known !== undefined) return known
    let only = 0
    for (let n = 1; n <= this.count; n++) {
      if (isSameFolded(this.raw[2 * n - 2] as string, name)) only = only === 0 ? n : SEVERAL
    }
    if (this.answers.size < MAX_ANSWERS && name.length <= MAX_NAME) {
      this.answers.set(copyOf(name), only)
    }
    return only
  }

  /** Returns the child at `index`, which becomes `next` and moves one place forward. */
  take(index: number): Shape {
    const { children } = this
    const child = children[index] as Shape
    if (index > 0) {
      children[index] = children[index - 1] as Shape
      children[index - 1] = child
    }
    this.next = child
    return child
  }

  /** Adds a child, which becomes `next`; it replaces the last child if there are too many. */
  add(name: string, control: Control): Shape {
    const { children } = this
    if (children.length === MAX_CHILDREN) children.pop()
    const child = new Shape(this, name, control)
    children.push(child)
    this.next = child
    return child
  }
}

/** The shape after a name that the tree cannot hold: the names from there on are not recorded. */
export const NO_SHAPE = /* @__PURE__ */ new Shape()

/** The bit for `control`; 0 for {@link Control.NONE}. */
export function controlBit(control: Control): number {
  return (1 << control) & ~1
}

/** The shapes of header sections of one kind of message. */
export class ShapeTree {
  private readonly kind: MessageKind
  private root = new Shape()
  private nodes = 0
  /** Sections started since the tree became full. */
  private fullFor = 0

  constructor(kind: MessageKind) {
    this.kind = kind
  }

  /** The shape of a section before its first line. */
  start(): Shape {
    if (this.nodes >= MAX_NODES && ++this.fullFor > FULL_FOR) {
      this.root = new Shape()
      this.nodes = 0
      this.fullFor = 0
    }
    return this.root
  }

  /** Adds the name `bytes[start, end)`, which no child of `shape` has. Returns the shape after it. */
  add(shape: Shape, bytes: Uint8Array, start: number, end: number): Shape {
    const length = end - start
    const hasPlace = length >= MIN_NAME && length <= MAX_NAME && this.nodes < MAX_NODES
    if (!hasPlace || shape === NO_SHAPE) return NO_SHAPE
    this.nodes++
    return shape.add(decodeLatin1(bytes, start, end), this.controlNamed(bytes, start, end))
  }

  /** The control field named `bytes[start, end)`. Host and Expect are control fields in requests only. */
  controlNamed(bytes: Uint8Array, start: number, end: number): Control {
    const control = controlNamed(bytes, start, end)
    const ofRequests = control === Control.HOST || control === Control.EXPECT
    return ofRequests && this.kind === 'response' ? Control.NONE : control
  }
}
