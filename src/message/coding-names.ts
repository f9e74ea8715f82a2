/**
 * Lists the codings in Content-Encoding and Transfer-Encoding for programs that decode content.
 * `framing.ts` decides how a transfer coding affects message framing.
 */

import { foldAscii } from '../grammar/ascii.ts'
import { trimOws } from '../grammar/list-text.ts'
import { Fields } from './fields.ts'
import type { WireSection } from './wire-section.ts'

/**
 * The members of Content-Encoding, in order, in lower case. A member that is not a token is included: a program
 * that decodes content must not take it for uncoded. Quotes have no meaning here (RFC 9110 s. 8.4.1).
 */
export function contentCodingNames(section: WireSection): string[] {
  return new Fields(section).members('content-encoding', false).map(foldAscii)
}

/**
 * The members of Transfer-Encoding likewise, without parameters. All of them are tokens unless the field is
 * ignored, as in a 2xx to CONNECT.
 */
export function transferCodingNames(section: WireSection): string[] {
  return new Fields(section).members('transfer-encoding', true).map((member) => {
    const semicolon = member.indexOf(';')
    return foldAscii(semicolon < 0 ? member : trimOws(member, 0, semicolon))
  })
}
