/**
 * `Fields` with the same lines, stored in each of the forms that they can have.
 */

import { Fields, parse } from '../../src/index.ts'
import { toBytes } from './arbitraries.ts'

export type Lines = [name: string, value: string][]

/** Fields of a parsed head. */
export function parsed(lines: Lines): Fields {
  const head = `HTTP/1.1 204 No Content\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
  const [message] = parse(toBytes(head), { kind: 'response' }).messages
  if (message === undefined) throw new Error('nothing was parsed')
  return message.head.headers
}

/** Parsed fields to which a line was added and from which it was deleted: a list of undecoded lines. */
function edited(lines: Lines): Fields {
  const fields = parsed(lines).append('Temporary', 'x')
  fields.delete('temporary')
  return fields
}

/** The ways in which `Fields` come into being; each stores its lines in another form. */
export const WAYS: [string, (lines: Lines) => Fields][] = [
  ['made from pairs', (lines) => Fields.from(lines)],
  ['parsed', parsed],
  ['parsed and edited', edited],
]
