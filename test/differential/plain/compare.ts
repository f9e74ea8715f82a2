/**
 * Compares the fast parser with the plain one, input by input.
 *
 * The fast one reads each input twice: whole, and cut. Misleading bytes that belong to no message surround
 * every chunk; chunks are overwritten as soon as the parser has promised not to need them; and events are
 * inspected either at once or only at the end, after later ones have been read.
 */

import {
  HttpError,
  type RequestEvent,
  RequestParser,
  type ResponseEvent,
  ResponseParser,
} from '../../../src/index.ts'
import { PushedChunks } from '../../support/pushed-chunks.ts'
import { latin1 } from '../../support/wire-text.ts'
import { type Input, makeInput, type Samples } from './inputs.ts'
import { type PlainEvent, type PlainOutcome, parsePlainly } from './parser.ts'
import { Random } from './random.ts'

/** An input on which the two parsers differ. */
export interface Difference {
  readonly index: number
  readonly input: Input
  readonly how: Run
  readonly plain: PlainOutcome
  /** The outcome of the fast parser; a text if it threw something other than an HttpError. */
  readonly fast: PlainOutcome | string
}

/** How an input is fed to the fast parser. */
interface Run {
  /** Where each chunk ends. */
  readonly cuts: readonly number[]
  readonly copy: boolean
  /** Push this many chunks before reading. */
  readonly atOnce: number
  /** Inspect the events only at the end. */
  readonly late: boolean
  /** The byte that fills the memory before and after each chunk. */
  readonly lure: number
}

type FastEvent = RequestEvent | ResponseEvent
type Parser = RequestParser | ResponseParser

/** The name under which a run counts the plain parser's outcome. */
function outcomeName({ error, rest }: PlainOutcome, { ended }: Input): string {
  if (error !== null) return error.code
  if (rest !== null) return 'accepted, then switched'
  return ended ? 'accepted' : 'accepted so far'
}

/** Compares input `index` of the run with `seed`; returns the outcome and the first difference. */
export function compareInput(
  seed: number,
  index: number,
  samples: Samples,
): { outcome: string; difference: Difference | null } {
  const input = makeInput(seed, index, samples)
  const plain = parsePlainly(input.text, input)
  const random = new Random(seed + 1, index)
  const outcome = outcomeName(plain, input)
  const inTurns = random.chance(15)
  for (const { how, fast } of runFast(input, chooseRuns(random, input, inTurns), inTurns)) {
    if (!isSame(fast, plain)) return { outcome, difference: { index, input, how, plain, fast } }
  }
  return { outcome, difference: null }
}

/** The number of characters shown of an input or of a result. */
const MOST_SHOWN = 20_000

/** A full report of a difference, with control characters and bytes beyond ASCII escaped. */
export function describeDifference(seed: number, difference: Difference): string {
  const { index, input, how, plain, fast } = difference
  const { text, ...options } = input
  const escaped = (value: unknown): string => {
    const json = JSON.stringify(value).replace(
      /[\x7f-\xff]/g,
      (char) => `\\x${char.charCodeAt(0).toString(16)}`,
    )
    if (json.length <= MOST_SHOWN) return json
    return `${json.slice(0, MOST_SHOWN)}... and ${json.length - MOST_SHOWN} more`
  }
  return [
    `seed ${seed}, input ${index}: the parsers differ; npm run fuzz:plain -- 1 ${seed} ${index}`,
    `input:   ${escaped(text)}`,
    `options: ${escaped(options)}`,
    `run:     ${escaped(how)}`,
    `plain:   ${escaped(plain)}`,
    `fast:    ${escaped(fast)}`,
  ].join('\n')
}

/** One run with the whole input and one with it cut, or two of the latter if they run in turns. */
function chooseRuns(random: Random, { text, ended }: Input, inTurns: boolean): Run[] {
  const lure = random.pick([0x0a, 0x0d, 0x20, 0x61, 0x00, 0x3a, 0x30])
  const late = random.chance(30)
  const whole = { cuts: [text.length], copy: random.chance(20), atOnce: 1, late, lure }
  // If more may come, an error in an unfinished line may be delayed when the line arrived in pieces.
  if (!ended) return [whole]
  const cut = (): Run => {
    const cuts = chooseCuts(random, text)
    const atOnce = random.chance(80) ? 1 : random.between(2, 5)
    return { cuts, copy: random.chance(30), atOnce, late, lure }
  }
  return inTurns ? [whole, cut(), cut()] : [whole, cut()]
}

function chooseCuts(random: Random, text: string): number[] {
  const { length } = text
  const cuts: number[] = []
  if (length < 600 && random.chance(10)) {
    for (let at = 1; at < length; at++) cuts.push(at)
  } else if (random.chance(50)) {
    cuts.push(random.below(length + 1))
  } else if (random.chance(30)) {
    // Cut where states change: around empty lines, which end or precede heads, and in content.
    const others = random.pick([0, 1, 10])
    for (let at = 1; at < length; at++) {
      if (random.chance(isInEmptyLine(text, at - 1) ? 70 : others)) cuts.push(at)
    }
  } else {
    const most = random.pick([10, 30, 100, 1_000]) + (length >> 5)
    for (let at = random.between(1, most); at < length; at += random.between(1, most)) cuts.push(at)
  }
  cuts.push(length)
  return cuts
}

/** Whether a CR or LF at `at` belongs to an empty line. */
function isInEmptyLine(text: string, at: number): boolean {
  const start = text[at] === '\n' && text[at - 1] === '\r' ? at - 1 : at
  return (text[at] === '\r' || text[at] === '\n') && (start === 0 || text[start - 1] === '\n')
}

interface Result {
  readonly how: Run
  readonly fast: PlainOutcome | string
}

/**
 * Runs the fast parser over `input` in each of `runs`: one after the other, or a chunk of each in turn,
 * because state shared between parsers must not disturb any of them.
 */
function runFast(input: Input, runs: readonly Run[], inTurns: boolean): Result[] {
  const results: Result[] = []
  let running = runs.map((how) => ({ how, steps: stepFast(input, how) }))
  while (running.length > 0) {
    running = running.filter(({ how, steps }) => {
      let step = steps.next()
      while (!inTurns && !step.done) step = steps.next()
      if (step.done) results.push({ how, fast: step.value })
      return !step.done
    })
  }
  return results
}

/** Returns the fast parser's result for `input` in the plain one's form. Yields between chunks. */
function* stepFast(input: Input, how: Run): Generator<undefined, PlainOutcome | string> {
  const parser = makeParser(input, how.copy)
  const early: PlainEvent[] = []
  const late: FastEvent[] = []
  let rest: string | null = null
  let error: PlainOutcome['error'] = null

  const readAll = (): void => {
    for (;;) {
      for (let event = parser.read(); event !== null; event = parser.read()) {
        if (how.late) late.push(event)
        else addEvent(early, event)
      }
      if (!parser.switching || !input.resume) return
      parser.resume()
    }
  }

  const pushed = new PushedChunks()
  try {
    let start = 0
    for (const [n, end] of how.cuts.entries()) {
      if (n > 0) yield
      const chunk = makeChunk(input.text, start, end, how.lure)
      start = end
      parser.push(chunk)
      pushed.add(chunk)
      if ((n + 1) % how.atOnce !== 0 && end < input.text.length) continue
      readAll()
      if (parser.switching) continue
      // Bytes that were read are no longer needed, unless their events are inspected later and not copied.
      if (how.copy) pushed.overwriteUpTo(Number.POSITIVE_INFINITY)
      else if (!how.late) pushed.overwriteUpTo(parser.offset)
    }
    if (input.ended) {
      parser.finish()
      readAll()
    }
    if (parser.switching) rest = latin1(parser.takeRest())
  } catch (thrown) {
    if (!(thrown instanceof HttpError)) return `threw ${String(thrown)}`
    error = { code: thrown.code, offset: thrown.offset }
  }
  for (const event of late) addEvent(early, event)
  return { events: early, error, rest }
}

function makeParser(
  { kind, limits, leniency, chunkBoundaries, requestMethods }: Input,
  copy: boolean,
): Parser {
  const options = { limits, leniency, chunkBoundaries, copy }
  if (kind === 'request') return new RequestParser(options)
  const parser = new ResponseParser(options)
  for (const method of requestMethods) parser.respondsTo(method)
  return parser
}

const MARGIN = 4

/** `text[start, end)` as bytes in memory of its own, surrounded by `lure`. */
function makeChunk(text: string, start: number, end: number, lure: number): Uint8Array {
  const length = end - start
  const memory = Buffer.alloc(length + 2 * MARGIN, lure)
  memory.write(text.slice(start, end), MARGIN, length, 'latin1')
  return memory.subarray(MARGIN, MARGIN + length)
}

function addEvent(events: PlainEvent[], event: FastEvent): void {
  switch (event.type) {
    case 'request': {
      const { type, method, target, targetForm, expectsContinue } = event
      events.push({ type, method, target, targetForm, ...common(event), expectsContinue })
      break
    }
    case 'response': {
      const { type, status, reason, informational } = event
      events.push({ type, status, reason, ...common(event), informational })
      break
    }
    case 'data': {
      const last = events.at(-1)
      if (last?.type === 'data') last.bytes += latin1(event.bytes)
      else events.push({ type: 'data', bytes: latin1(event.bytes) })
      break
    }
    case 'chunk':
      events.push({ type: 'chunk', size: event.size, extensions: event.extensions })
      break
    case 'end':
      events.push({ type: 'end', trailers: event.trailers.toJSON() })
      break
  }
}

function common(head: Exclude<FastEvent, { type: 'data' | 'chunk' | 'end' }>) {
  const { version, headers, framing, contentLength, keepAlive, upgrades, anomalies, offset } = head
  return {
    version,
    headers: headers.toJSON(),
    framing,
    contentLength,
    keepAlive,
    upgrades,
    anomalies,
    offset,
    bytes: latin1(head.bytes),
  }
}

/** Whether two values made of objects, arrays and primitives are deeply equal. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other)
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  const ones = one as Record<string, unknown>
  const others = other as Record<string, unknown>
  return names.every((name) => name in others && isSame(ones[name], others[name]))
}
