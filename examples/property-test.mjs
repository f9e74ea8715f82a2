import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { HttpError, RequestParser } from 'httpwire'
import { cuts, requests, VIOLATIONS, violation } from 'httpwire/arbitraries'

/** The code under test: your own, around a parser. This example collects whole requests. */
function readRequests(chunks) {
  const requests = []
  const parser = new RequestParser()
  const readAll = () => {
    for (const event of parser) {
      if (event.type === 'request') {
        const { method, target, version, headers } = event
        requests.push({ method, target, version, headers: [...headers], body: [] })
      }
      if (event.type === 'data') requests.at(-1).body.push(...event.bytes)
      if (event.type === 'end') requests.at(-1).trailers = [...event.trailers]
    }
  }
  for (const chunk of chunks) {
    parser.push(chunk)
    readAll()
  }
  parser.finish()
  readAll()
  return requests
}

test('gives what was sent, however it arrives', () => {
  fc.assert(
    fc.property(requests(), cuts(), ({ bytes, messages }, cut) => {
      const sent = messages.map(({ message: { head, body, trailers } }) => {
        const { method, target, version, headers } = head
        return { method, target, version, headers, body: [...body], trailers }
      })
      assert.deepEqual(readRequests(cut(bytes)), sent)
    }),
  )
})

describe('refuses, however it arrives,', () => {
  for (const { kind, rule, code } of VIOLATIONS.filter(({ kind }) => kind === 'request')) {
    test(rule, () => {
      fc.assert(
        fc.property(violation({ kind, rule }), cuts(), ({ bytes }, cut) => {
          assert.throws(
            () => readRequests(cut(bytes)),
            (error) => error instanceof HttpError && error.code === code,
          )
        }),
      )
    })
  }
})
