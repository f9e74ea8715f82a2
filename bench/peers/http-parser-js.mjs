/**
 * http-parser-js: splits lines, as strings, with regular expressions; has the interface of Node's
 * parser.
 */

import { tally } from '../tally.mjs'

export const name = 'http-parser-js'
export const modes = ['all']
export const exceptions = [
  'makes every string in all modes; gives the method as a number',
  'accepts a missing, repeated or invalid Host, and framing or routing fields in trailers',
  'accepts control characters in values, names that are not tokens, bare LF, Content-Length with Transfer-Encoding, and invalid chunk sizes',
  'does not keep the bytes of the head',
]

export async function load({ peers }) {
  const { version } = peers('http-parser-js/package.json')
  const { HTTPParser } = peers('http-parser-js')
  // Reading this property selects the interface of Node 0.12 and later.
  void HTTPParser.kOnExecute
  return {
    version,
    open(kind) {
      const type = kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE
      const parser = new HTTPParser(type)
      parser[HTTPParser.kOnHeaders] = (headers) => {
        tally.text += headers.length
      }
      parser[HTTPParser.kOnHeadersComplete] =
        kind === 'request'
          ? (_major, _minor, headers, method, url) => {
              tally.heads++
              tally.text += headers.length + HTTPParser.methods[method].length + url.length
            }
          : (_major, _minor, headers, _method, _url, status, reason) => {
              tally.heads++
              tally.text += headers.length + status + reason.length
            }
      parser[HTTPParser.kOnBody] = (body) => {
        tally.bytes += body.length
      }
      parser[HTTPParser.kOnMessageComplete] = () => {
        tally.ends++
      }
      return {
        feed(chunk) {
          const result = parser.execute(chunk)
          if (typeof result !== 'number') throw result
        },
        reset() {
          parser.initialize(type)
        },
      }
    },
  }
}
