/**
 * bare-http-parser: a state machine that advances byte by byte, a generator of events, headers as an
 * object with names in lower case.
 */

import { tally } from '../tally.mjs'

export const name = 'bare-http-parser'
export const modes = ['all']
/** Its field lines cannot be counted: it joins those of the same name, and drops trailers. */
export const lossy = true
export const exceptions = [
  'makes every string in all modes, in an object: without separate lines, the spelling of names, or trailers',
  'accepts an invalid Host',
  'does not keep the bytes of the head',
]

export async function load({ peers }) {
  const Parser = peers('bare-http-parser')
  const { DATA, END } = Parser.constants
  const take = (event) => {
    if (event.type === DATA) tally.bytes += event.data.length
    else if (event.type === END) tally.ends++
    else {
      tally.heads++
      tally.text += event.headers === null ? 0 : 1
    }
  }
  return {
    version: peers.version('bare-http-parser'),
    open() {
      let parser = new Parser()
      return {
        feed(chunk) {
          for (const event of parser.push(chunk)) take(event)
        },
        reset() {
          parser = new Parser()
        },
      }
    },
  }
}
