/**
 * The shape of a section: the names of its field lines, in their order and spelling.
 *
 * Senders say the same names in the same order over and over, and only the values differ. So the
 * names that were read make a tree, a node for each line, and the scanner of plain heads compares a
 * line with the name that followed here last time, a word at a time, instead of going through its
 * bytes. What the names alone say is found out once for each node, not once for each message: their
 * text, which of them is a control field's, and where a name that a program asks for stands.
 *
 * The tree decides nothing. A name is taken from it only where all of its bytes are there, a section
 * whose names are not in it is read without it, and it holds names only, never a value.
 */

import { isSameFolded } from '../grammar/ascii.ts'
import type { MessageKind } from '../grammar/kind.ts'
import { decodeLatin1 } from '../grammar/latin1.ts'
import { Control, controlNamed } from './control-names.ts'

/** Nodes of a tree, and names that may follow the same names. */
const MAX_NODES = 2_048
const MAX_CHILDREN = 16

/** Sections after which a tree that is full begins anew, so that rare names do not keep the room for ever. */
const FULL_FOR = 2 ** 17

/**
 * Bytes of a name that has a place in the tree: with its colon and the space it fills a word, and it is
 * not longer than what the scanner may look at beyond the end of the window.
 */
const MIN_NAME = 2
const MAX_NAME = 48

/** Bytes in a word. */
export const WORD = 4

/** The word that begins at `at`, its first byte the lowest. */
function wordAt(text: string, at: number): number {
  let word = 0
  for (let i = WORD - 1; i >= 0; i--) word = (word << 8) | text.charCodeAt(at + i)
  return word
}

/** The same text in memory of its own: what was cut out of a longer one keeps all of that alive. */
function copyOf(text: string): string {
  return Array.from(text).join('')
}

/** What {@link Shape.findOnly} says where several lines have the name. */
export const SEVERAL = -1

/** Answers that a node keeps. */
const MAX_ANSWERS = 16

/** A node: the name of a line, after the names of the lines before it. */
export class Shape {
  private readonly parent: Shape | undefined
  private readonly name: string
  private list: readonly string[] | undefined = undefined
  /** What it was asked for last: names in turn with the entries that were found. */
  private answers: Map<string, number> | undefined = undefined

  /** Field lines up to this one. */
  readonly count: number
  /** Which control field this line holds. */
  readonly control: Control

  /** Bytes of the line up to its value: the name, a colon and a space. */
  readonly size: number
  /**
   * These bytes in words: the first three, where there are as many, those after them, and the last, which
   * may overlap one. Three have members of their own, since nearly every name ends there: with a
   * loop for all that is between the first and the last, a head takes a tenth more.
   */
  readonly first: number
  readonly second: number
  readonly third: number
  readonly middle: readonly number[]
  readonly last: number

  /** The child that the last section went on to. */
  next: Shape | undefined = undefined
  /** All children: those that are taken often move to the front. */
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

  /** The names of all lines up to this one, each with a place for its value after it. */
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
   * The number of the only line up to this one that is named `name`, in any ASCII case; 0 where there is
   * none, {@link SEVERAL} where there are more. Programs ask for the same names over and over.
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

  /** Goes on to the child at `index`. */
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

  /** Goes on to a new child, in the place of the last one where there are too many. */
  add(name: string, control: Control): Shape {
    const { children } = this
    if (children.length === MAX_CHILDREN) children.pop()
    const child = new Shape(this, name, control)
    children.push(child)
    this.next = child
    return child
  }
}

/** What follows where a name has no place: nothing is known of the names from there on. */
export const NO_SHAPE = /* @__PURE__ */ new Shape()

/** The bit that stands for `control`; none for {@link Control.NONE}. */
export function controlBit(control: Control): number {
  return (1 << control) & ~1
}

/** The names that were read in header sections of one kind of message. */
export class ShapeTree {
  private readonly kind: MessageKind
  private root = new Shape()
  private nodes = 0
  /** Sections since it is full. */
  private fullFor = 0

  constructor(kind: MessageKind) {
    this.kind = kind
  }

  /** The shape of a section of which no line has been read. */
  start(): Shape {
    if (this.nodes >= MAX_NODES && ++this.fullFor > FULL_FOR) {
      this.root = new Shape()
      this.nodes = 0
      this.fullFor = 0
    }
    return this.root
  }

  /** Adds the name `bytes[start, end)`, which is none of the children's of `shape`. */
  add(shape: Shape, bytes: Uint8Array, start: number, end: number): Shape {
    const length = end - start
    const hasPlace = length >= MIN_NAME && length <= MAX_NAME && this.nodes < MAX_NODES
    if (!hasPlace || shape === NO_SHAPE) return NO_SHAPE
    this.nodes++
    return shape.add(decodeLatin1(bytes, start, end), this.controlNamed(bytes, start, end))
  }

  /** Which control field is named `bytes[start, end)`: Host and Expect are some in requests only. */
  controlNamed(bytes: Uint8Array, start: number, end: number): Control {
    const control = controlNamed(bytes, start, end)
    const ofRequests = control === Control.HOST || control === Control.EXPECT
    return ofRequests && this.kind === 'response' ? Control.NONE : control
  }
}
