/**
 * http-parser-js: splits lines, as strings, with regular expressions; has the interface of Node's
 * parser.
 */

import { tally } from '../tally.mjs'

export const name = 'http-parser-js'
export const modes = ['all']
export const notAsked = [
  'it makes every string in all modes, and the method as a number',
  'to refuse requests without Host, with two, or with one that is no host, or trailers that frame or route',
  'to refuse control characters in values, other bytes than those of a token in names, LF alone, Content-Length beside Transfer-Encoding, or more than digits as a chunk size',
  'to keep the bytes of the head',
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
