/**
 * The built package, driven as its users do: push a chunk, read all events.
 */

import { tally } from '../tally.mjs'

export const name = 'httpwire'
export const modes = ['demand', 'values', 'all']

const READERS = {
  demand(parser) {
    for (let event = parser.read(); event !== null; event = parser.read()) {
      if (event.type === 'data') tally.bytes += event.bytes.length
      else if (event.type === 'end') tally.ends++
      else tally.heads++
    }
  },
  values(parser) {
    for (let event = parser.read(); event !== null; event = parser.read()) {
      if (event.type === 'data') tally.bytes += event.bytes.length
      else if (event.type === 'end') tally.ends++
      else {
        tally.heads++
        if (event.type === 'request') {
          tally.text += event.method.length + event.target.length
          tally.text += event.headers.get('host')?.length ?? 0
        } else {
          tally.text += event.status + (event.headers.get('content-type')?.length ?? 0)
          tally.text += event.headers.get('content-length')?.length ?? 0
        }
      }
    }
  },
  all(parser) {
    for (let event = parser.read(); event !== null; event = parser.read()) {
      if (event.type === 'data') tally.bytes += event.bytes.length
      else if (event.type === 'end') {
        tally.ends++
        tally.text += event.trailers.raw().length
      } else {
        tally.heads++
        tally.text += event.headers.raw().length
        if (event.type === 'request') tally.text += event.method.length + event.target.length
        else tally.text += event.status + event.reason.length
      }
    }
  },
}

export async function load({ wire }) {
  return {
    open(kind, mode) {
      const Parser = kind === 'request' ? wire.RequestParser : wire.ResponseParser
      const read = READERS[mode]
      let parser = new Parser()
      return {
        feed(chunk) {
          parser.push(chunk)
          read(parser)
        },
        reset() {
          parser = new Parser()
        },
      }
    },
  }
}
