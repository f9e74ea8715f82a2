/**
 * Parses the command line into a command, or reports in one sentence what is wrong with it.
 *
 * The options for limits and leniencies are derived from the core's tables: an entry added there
 * becomes an option.
 */

import { parseArgs } from 'node:util'
import type { MessageKind } from '../grammar/kind.ts'
import { isToken } from '../grammar/list-text.ts'
import { DEFAULT_LIMITS, type Leniency, type Limits, METHODS } from '../index.ts'
import { completeLimits, STRICT } from '../limits.ts'
import { printableUnicode } from './printable.ts'

/** The settings of `httpwire parse`. */
export interface ParseCommand {
  readonly name: 'parse'
  /** `undefined` for standard input. */
  readonly file: string | undefined
  readonly json: boolean
  /** Whether to undo the codings of bodies. */
  readonly decode: boolean
  /** `undefined` to infer the kind from the first start-line. */
  readonly kind: MessageKind | undefined
  readonly requestMethods: readonly string[]
  readonly limits: Limits
  readonly leniency: Leniency
}

export type Command = ParseCommand | { readonly name: 'help' } | { readonly name: 'version' }

/** An invalid command line. */
export class UsageError extends Error {}

/** Each leniency with its option, such as `allowBareLf` and `allow-bare-lf`. */
export const LENIENCY_OPTIONS = (Object.keys(STRICT) as (keyof Leniency)[]).map(
  (leniency) =>
    [leniency, leniency.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] as const,
)

const OPTIONS = {
  json: { type: 'boolean' },
  decode: { type: 'boolean' },
  kind: { type: 'string' },
  'request-method': { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

const FLAGS: Record<`allow-${string}`, { readonly type: 'boolean' }> = Object.fromEntries(
  LENIENCY_OPTIONS.map(([, option]) => [option, { type: 'boolean' }]),
)

/** @throws UsageError whose message says what is wrong. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = split(argv)
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }

  const [name, file, extra] = positionals
  if (name === undefined) throw new UsageError('no command given; the only one is parse')
  if (name !== 'parse')
    throw new UsageError(`unknown command ${quote(name)}; the only one is parse`)
  if (extra !== undefined)
    throw new UsageError(`only one file can be read: ${quote(extra)} is one too many`)

  const requestMethods = values['request-method'] ?? []
  const kind = readKind(values.kind, requestMethods)
  for (const method of requestMethods) checkMethod(method)
  return {
    name,
    file: file === '-' ? undefined : file,
    json: values.json ?? false,
    decode: values.decode ?? false,
    kind,
    requestMethods,
    limits: readLimits(values.limit ?? []),
    leniency: readLeniency(values),
  }
}

function split(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { ...OPTIONS, ...FLAGS },
      allowPositionals: true,
    })
  } catch (error) {
    // The first sentence says what is wrong; the rest is advice that does not fit this command.
    const [sentence = ''] = (error as Error).message.split(/\.\s/, 1)
    throw new UsageError(printableUnicode(sentence))
  }
}

/** A request method implies `response`, because only responses answer requests. */
function readKind(
  kind: string | undefined,
  requestMethods: readonly string[],
): MessageKind | undefined {
  if (kind !== undefined && kind !== 'request' && kind !== 'response') {
    throw new UsageError(`--kind is request or response, not ${quote(kind)}`)
  }
  if (requestMethods.length === 0) return kind
  if (kind === 'request') {
    throw new UsageError('--request-method is for responses, but --kind is request')
  }
  return 'response'
}

/** Methods are case-sensitive: `head` would silently not mean HEAD. */
function checkMethod(method: string): void {
  if (!isToken(method)) throw new UsageError(`--request-method is a method, not ${quote(method)}`)
  const upper = method.toUpperCase()
  if (method !== upper && Object.hasOwn(METHODS, upper)) {
    throw new UsageError(`--request-method is case-sensitive: ${upper}, not ${quote(method)}`)
  }
}

function readLimits(settings: readonly string[]): Limits {
  const limits: Record<string, number> = {}
  for (const setting of settings) {
    const [, name, value] = /^(\w+)=(\d+)$/.exec(setting) ?? []
    if (name === undefined) {
      throw new UsageError(`--limit takes NAME=NUMBER, as in maxHead=1000, not ${quote(setting)}`)
    }
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      const known = Object.keys(DEFAULT_LIMITS).join(', ')
      throw new UsageError(`unknown limit ${quote(name)}; known: ${known}`)
    }
    limits[name] = Number(value)
  }
  try {
    return completeLimits(limits)
  } catch (error) {
    throw new UsageError((error as Error).message.replace('limits.', '--limit '))
  }
}

function readLeniency(values: Readonly<Record<string, unknown>>): Leniency {
  const leniency: { -readonly [Name in keyof Leniency]: boolean } = { ...STRICT }
  for (const [name, option] of LENIENCY_OPTIONS) leniency[name] = values[option] === true
  return leniency
}

function quote(text: string): string {
  return `'${printableUnicode(text)}'`
}
