/**
 * Lists the codings in Content-Encoding and Transfer-Encoding for programs that decode content.
 * `framing.ts` decides how a transfer coding affects message framing.
 */

import { foldAscii } from '../grammar/ascii.ts'
import { decodeLatin1 } from '../grammar/latin1.ts'
import { memberEnd, skipFolds, skipToken } from '../grammar/lists.ts'
import { Entry } from './entries.ts'
import type { WireSection } from './wire-section.ts'

/** The list members of all lines of the field `name`, in order, in lower case, without parameters. */
export function codingNames(section: WireSection, name: string): string[] {
  const names: string[] = []
  const { source, start } = section
  for (let n = section.find(name, 1); n > 0; n = section.find(name, n + 1)) {
    const end = start + section.at(n, Entry.VALUE_END)
    let p = start + section.at(n, Entry.VALUE_START)
    while (p < end) {
      p = skipFolds(source, p, end)
      const tokenEnd = skipToken(source, p, end)
      if (tokenEnd > p) names.push(foldAscii(decodeLatin1(source, p, tokenEnd)))
      p = memberEnd(source, tokenEnd, end) + 1
    }
  }
  return names
}
