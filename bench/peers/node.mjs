/**
 * The parser of Node's own http: llhttp in C++ behind a binding, driven as in `_http_server` and
 * `_http_client`. The binding is not public, but Node offers no other access to the parser.
 */

import { createRequire } from 'node:module'
import { tally } from '../tally.mjs'

export const name = "Node's parser"
export const modes = ['all']
export const exceptions = [
  'makes every string in all modes; gives the method as a number',
  'accepts a missing, repeated or invalid Host, and framing or routing fields in trailers',
  'does not keep the bytes of the head',
]

export async function load() {
  const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common')
  return {
    version: process.versions.llhttp ? `llhttp ${process.versions.llhttp}` : '',
    open(kind) {
      const parser = new HTTPParser()
      const type = kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE
      const reset = () => {
        parser.initialize(type, {})
        parser[HTTPParser.kOnHeaders | 0] = (headers, url) => {
          tally.text += headers.length + url.length
        }
        parser[HTTPParser.kOnHeadersComplete | 0] =
          kind === 'request'
            ? (_major, _minor, headers, method, url) => {
                tally.heads++
                tally.text += (headers?.length ?? 0) + methods[method].length + (url?.length ?? 0)
                return 0
              }
            : (_major, _minor, headers, _method, _url, status, reason) => {
                tally.heads++
                tally.text += (headers?.length ?? 0) + status + reason.length
                return 0
              }
        parser[HTTPParser.kOnBody | 0] = (body) => {
          tally.bytes += body.length
        }
        parser[HTTPParser.kOnMessageComplete | 0] = () => {
          tally.ends++
        }
      }
      reset()
      return {
        feed(chunk) {
          const result = parser.execute(chunk)
          if (typeof result !== 'number') throw result
        },
        reset() {
          parser.initialize(type, {})
        },
      }
    },
  }
}
