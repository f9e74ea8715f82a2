/**
 * The table of status codes: complete with regard to RFC 9110 and to what IANA lists from other
 * RFCs, consistent in itself, and different from Node's phrases only where there is a reason.
 */

import { STATUS_CODES as NODE_PHRASES } from 'node:http'
import { describe, expect, test } from 'vitest'
import { STATUS_CODES, STATUS_REGISTRY, type StatusCode } from '../../src/status.ts'

// RFC 9110 s. 18.3, table 8: code, description, section.
const RFC_9110 = `
100 Continue 15.2.1
101 Switching Protocols 15.2.2
200 OK 15.3.1
201 Created 15.3.2
202 Accepted 15.3.3
203 Non-Authoritative Information 15.3.4
204 No Content 15.3.5
205 Reset Content 15.3.6
206 Partial Content 15.3.7
300 Multiple Choices 15.4.1
301 Moved Permanently 15.4.2
302 Found 15.4.3
303 See Other 15.4.4
304 Not Modified 15.4.5
305 Use Proxy 15.4.6
306 (Unused) 15.4.7
307 Temporary Redirect 15.4.8
308 Permanent Redirect 15.4.9
400 Bad Request 15.5.1
401 Unauthorized 15.5.2
402 Payment Required 15.5.3
403 Forbidden 15.5.4
404 Not Found 15.5.5
405 Method Not Allowed 15.5.6
406 Not Acceptable 15.5.7
407 Proxy Authentication Required 15.5.8
408 Request Timeout 15.5.9
409 Conflict 15.5.10
410 Gone 15.5.11
411 Length Required 15.5.12
412 Precondition Failed 15.5.13
413 Content Too Large 15.5.14
414 URI Too Long 15.5.15
415 Unsupported Media Type 15.5.16
416 Range Not Satisfiable 15.5.17
417 Expectation Failed 15.5.18
418 (Unused) 15.5.19
421 Misdirected Request 15.5.20
422 Unprocessable Content 15.5.21
426 Upgrade Required 15.5.22
500 Internal Server Error 15.6.1
501 Not Implemented 15.6.2
502 Bad Gateway 15.6.3
503 Service Unavailable 15.6.4
504 Gateway Timeout 15.6.5
505 HTTP Version Not Supported 15.6.6
`
  .trim()
  .split('\n')
  .map((line) => {
    const [, code, phrase, section] = /^(\d{3}) (.+) ([\d.]+)$/.exec(line) ?? []
    return [Number(code), phrase === '(Unused)' ? '' : phrase, `RFC 9110 s. ${section}`]
  })

// Codes that the registry has from other documents, by the document that IANA names for each.
const ELSEWHERE: Record<string, readonly number[]> = {
  'RFC 2295': [506],
  'RFC 2518': [102],
  'RFC 2774': [510],
  'RFC 3229': [226],
  'RFC 4918': [207, 423, 424, 507],
  'RFC 5842': [208, 508],
  'RFC 6585': [428, 429, 431, 511],
  'RFC 7725': [451],
  'RFC 8297': [103],
  'RFC 8470': [425],
}

// Where Node's phrases differ from the registry: code, Node's phrase, the registered one, and why.
const UNLIKE_NODE: readonly (readonly [number, string, string | undefined, string])[] = [
  [413, 'Payload Too Large', 'Content Too Large', 'RFC 7231 called it so; RFC 9110 renamed it'],
  [418, "I'm a Teapot", undefined, 'RFC 2324, an April joke; RFC 9110 reserves it as unused'],
  [
    422,
    'Unprocessable Entity',
    'Unprocessable Content',
    'RFC 4918 called it so; RFC 9110 renamed it',
  ],
  [509, 'Bandwidth Limit Exceeded', undefined, 'of Apache and cPanel, never registered'],
]

describe('the status code registry', () => {
  test('has every code of RFC 9110 with its phrase and section', () => {
    const ours = STATUS_REGISTRY.filter((entry) => entry.reference.startsWith('RFC 9110 '))
    expect(ours.map(({ code, phrase, reference }) => [code, phrase, reference])).toEqual(RFC_9110)
  })

  test('has the codes that IANA lists from other RFCs, and no further ones', () => {
    const ours: Record<string, number[]> = {}
    for (const { code, reference } of STATUS_REGISTRY) {
      const [document = ''] = reference.split(' s. ')
      if (document !== 'RFC 9110') ours[document] = [...(ours[document] ?? []), code]
    }
    expect(ours).toEqual(ELSEWHERE)
  })

  test('names the RFC section of every code', () => {
    for (const { reference } of STATUS_REGISTRY) {
      expect(reference).toMatch(/^RFC \d{4} s\. [1-9]\d*(\.[1-9]\d*)*$/)
    }
  })

  test('marks 306 and 418 as unused and 510 as obsoleted, and no other code', () => {
    const marked = STATUS_REGISTRY.filter(({ note }) => note !== 'current')
    expect(marked.map(({ code, note }) => [code, note])).toEqual([
      [306, 'unused'],
      [418, 'unused'],
      [510, 'obsoleted'],
    ])
  })

  test('has each code once, in ascending order', () => {
    const codes = STATUS_REGISTRY.map(({ code }) => code)
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b))
  })

  test('has each phrase once, so that a phrase identifies its code', () => {
    const phrases = STATUS_REGISTRY.filter(({ note }) => note !== 'unused').map(
      ({ phrase }) => phrase,
    )
    expect(new Set(phrases).size).toBe(phrases.length)
  })

  test('has only phrases of letters, hyphens and single spaces', () => {
    for (const { phrase } of STATUS_REGISTRY)
      expect(phrase).toMatch(/^([A-Za-z-]+( [A-Za-z-]+)*)?$/)
  })

  test('gives each entry the class of its first digit', () => {
    const classes = ['informational', 'successful', 'redirection', 'client-error', 'server-error']
    for (const entry of STATUS_REGISTRY) {
      expect(entry.class).toBe(classes[Number(String(entry.code)[0]) - 1])
    }
  })

  test('marks the registered 1xx codes, 204 and 304 as forbidding content', () => {
    const codes = STATUS_REGISTRY.filter((entry) => entry.forbidsContent).map(({ code }) => code)
    expect(codes).toEqual([100, 101, 102, 103, 204, 304])
  })

  test('is frozen, as is STATUS_CODES', () => {
    expect(Object.isFrozen(STATUS_REGISTRY)).toBe(true)
    expect(STATUS_REGISTRY.every((entry) => Object.isFrozen(entry))).toBe(true)
    expect(Object.isFrozen(STATUS_CODES)).toBe(true)
  })

  test('limits the type StatusCode to registered codes', () => {
    const registered: StatusCode = 418
    // @ts-expect-error 599 is not registered
    const unregistered: StatusCode = 599
    expect(STATUS_REGISTRY.some(({ code }) => code === registered)).toBe(true)
    expect(STATUS_REGISTRY.some(({ code }) => code === unregistered)).toBe(false)
  })
})

describe('STATUS_CODES', () => {
  test('has the phrase of every code in use, and no other entry', () => {
    const inUse = STATUS_REGISTRY.filter(({ note }) => note !== 'unused')
    expect({ ...STATUS_CODES }).toEqual(
      Object.fromEntries(inUse.map(({ code, phrase }) => [code, phrase])),
    )
    expect(418 in STATUS_CODES).toBe(false)
  })

  test('inherits nothing from a prototype', () => {
    expect(Object.getPrototypeOf(STATUS_CODES)).toBeNull()
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(name in STATUS_CODES).toBe(false)
    }
  })

  test('differs from STATUS_CODES of node:http only where UNLIKE_NODE gives a reason', () => {
    const explained = new Map(UNLIKE_NODE.map(([code, node, ours]) => [code, [node, ours]]))
    for (let code = 100; code <= 999; code++) {
      const node = NODE_PHRASES[code]
      const ours = STATUS_CODES[code]
      if (node !== ours) expect([node, ours], `${code}`).toEqual(explained.get(code))
    }
    for (const [code, , ours] of UNLIKE_NODE) expect(STATUS_CODES[code]).toBe(ours)
  })
})
