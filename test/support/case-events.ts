/**
 * Reads the notation of events in the conformance cases: one line of text each, with a head's properties
 * other than its start-line in brackets. As strict as the reader of the cases.
 */

import type { Anomaly, Framing, TargetForm, Version } from '../../src/index.ts'
import { ANOMALIES } from '../../src/message/anomalies.ts'
import type { PlainEvent, PlainHead } from './run-parser.ts'
import { readText } from './wire-text.ts'

const HEAD = /^(request|response) (\S+)(?: (.+))? \[([^\]]+)\]$/
const FORMS: readonly TargetForm[] = ['origin', 'absolute', 'authority', 'asterisk']
const VERSIONS: readonly Version[] = ['1.0', '1.1']
const PERSISTENCE = ['keep-alive', 'close'] as const

/** The head that `text` describes; it is `bytes` of the input, at `offset`. */
export function headEvent(
  text: string,
  offset: number,
  bytes: string,
  headers: [string, string][],
): PlainHead {
  const [, type, first = '', second, brackets = ''] = HEAD.exec(text) ?? []
  if (type === undefined) throw new Error(`an unknown event: ${text}`)
  const words = brackets.split(', ')
  const targetForm = type === 'request' ? take(words, FORMS) : undefined
  const version = take(words, VERSIONS)
  const { framing, framedBy } = takeFraming(words)
  const keepAlive = take(words, PERSISTENCE) === 'keep-alive'
  const impliedCodings = framing === 'chunked' ? ['chunked'] : []
  const common = {
    version,
    headers,
    framing,
    contentLength: framedBy ?? takeNumber(words, 'content-length'),
    keepAlive,
    contentCodings: takeList(words, 'content-codings') ?? [],
    transferCodings: takeList(words, 'transfer-codings') ?? impliedCodings,
    anomalies: takeAnomalies(words),
    offset,
    upgrades: takeFlag(words, 'upgrades'),
    bytes,
  }
  if (targetForm !== undefined) {
    if (second === undefined) throw new Error('a request without target')
    const expectsContinue = takeFlag(words, 'expects-continue')
    requireNone(words)
    return {
      type: 'request',
      method: first,
      target: readText(second),
      targetForm,
      expectsContinue,
      ...common,
    }
  }
  if (!/^\d{3}$/.test(first)) throw new Error(`a status: ${first}`)
  const informational = takeFlag(words, 'informational')
  requireNone(words)
  return {
    type: 'response',
    status: Number(first),
    reason: readText(second ?? ''),
    informational,
    ...common,
  }
}

function take<Word extends string>(words: string[], known: readonly Word[]): Word {
  const word = words.shift()
  const found = known.find((one) => one === word)
  if (found === undefined) throw new Error(`${word} where one of ${known.join(', ')} belongs`)
  return found
}

function takeFraming(words: string[]): { framing: Framing; framedBy: number | null } {
  const word = words.shift() ?? ''
  if (word === 'no body') return { framing: 'none', framedBy: null }
  if (word === 'chunked' || word === 'until-close') return { framing: word, framedBy: null }
  const [, length] = /^length (\d+)$/.exec(word) ?? []
  if (length === undefined) throw new Error(`a framing: ${word}`)
  return { framing: 'length', framedBy: Number(length) }
}

function takeFlag(words: string[], name: string): boolean {
  const at = words.indexOf(name)
  if (at >= 0) words.splice(at, 1)
  return at >= 0
}

function takeList(words: string[], name: string): string[] | null {
  const at = words.findIndex((word) => word.startsWith(`${name} `))
  return at < 0 ? null : words.splice(at, 1).join().split(' ').slice(1)
}

function takeNumber(words: string[], name: string): number | null {
  const [digits, more] = takeList(words, name) ?? []
  if (digits === undefined) return null
  if (more !== undefined || !/^\d+$/.test(digits)) throw new Error(`${name} ${digits}`)
  return Number(digits)
}

function takeAnomalies(words: string[]): Anomaly[] {
  const anomalies: Anomaly[] = []
  for (;;) {
    const names = takeList(words, 'anomaly')
    if (names === null) return anomalies
    anomalies.push(take(names, ANOMALIES))
    requireNone(names)
  }
}

function requireNone(words: readonly string[]): void {
  if (words.length > 0) throw new Error(`unknown words: ${words.join(', ')}`)
}

/** The chunk event that `text` describes. */
export function chunkEvent(text: string): PlainEvent {
  const [, size, list = ''] = /^chunk (\d+)((?: .+)?)$/.exec(text) ?? []
  if (size === undefined) throw new Error(`an unknown event: ${text}`)
  const extensions: { name: string; value: string | null }[] = []
  const extension = / ([^ ="]+)(?:=("(?:[^"\\]|\\.)*"))?/y
  while (extension.lastIndex < list.length) {
    const at = extension.lastIndex
    const [, name, value] = extension.exec(list) ?? []
    if (name === undefined) throw new Error(`no extension: ${list.slice(at)}`)
    extensions.push({ name, value: value === undefined ? null : (JSON.parse(value) as string) })
  }
  return { type: 'chunk', size: Number(size), extensions }
}
