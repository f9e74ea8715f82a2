/**
 * Comma-separated lists (RFC 9110 s. 5.6.1) in strings, for code that edits fields; `lists.ts` handles
 * lists in the bytes being parsed.
 */

import { Byte } from './bytes.ts'
import { Class, isIn } from './classes.ts'
import { isOws } from './lists.ts'

/**
 * The non-empty members of a list, without the whitespace around them. With `quotes`, a comma in a
 * quoted-string does not end a member; without, as in a list of tokens, a stray quote hides no comma.
 */
export function listMembers(list: string, quotes: boolean): string[] {
  const members: string[] = []
  for (let start = 0; start < list.length; ) {
    const end = memberEnd(list, start, quotes)
    const member = trimOws(list, start, end)
    if (member !== '') members.push(member)
    start = end + 1
  }
  return members
}

/** The end of the member at `start`: its comma, or the end of the list. */
function memberEnd(list: string, start: number, quotes: boolean): number {
  let quoted = false
  for (let i = start; i < list.length; i++) {
    const unit = list.charCodeAt(i)
    if (unit === Byte.DQUOTE) quoted = quotes && !quoted
    else if (unit === Byte.BACKSLASH && quoted) i++
    else if (unit === Byte.COMMA && !quoted) return i
  }
  return list.length
}

/** `text[start, end)` without the whitespace around it. */
export function trimOws(text: string, start: number, end: number): string {
  while (start < end && isOws(text.charCodeAt(start))) start++
  while (end > start && isOws(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** Whether `text` is a token (RFC 9110 s. 5.6.2). */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isIn(text.charCodeAt(i), Class.TCHAR)) return false
  return text !== ''
}
