/**
 * The table of methods and their properties, compared with RFC 9110, the registry of methods and Node's list.
 */

import { METHODS as NODE_METHODS } from 'node:http'
import { describe, expect, test } from 'vitest'
import { isIdempotent, METHODS, type Method } from '../../src/message/methods.ts'

const names = Object.keys(METHODS) as Method[]

/** The names of the methods for whose properties `holds` returns true. */
function where(holds: (properties: (typeof METHODS)[Method]) => boolean): string[] {
  return names.filter((name) => holds(METHODS[name]))
}

// RFC 9110 s. 18.2, table 7: method, safe, idempotent.
const RFC_9110: readonly (readonly [Method, boolean, boolean])[] = [
  ['CONNECT', false, false],
  ['DELETE', false, true],
  ['GET', true, true],
  ['HEAD', true, true],
  ['OPTIONS', true, true],
  ['POST', false, false],
  ['PUT', false, true],
  ['TRACE', true, true],
]

// Methods that Node's parser accepts although they are not registered, and where they are used.
const ONLY_IN_NODE: Record<string, string> = {
  'M-SEARCH': 'UPnP discovery',
  NOTIFY: 'UPnP eventing',
  PURGE: 'of caches, Squid and Varnish',
  SOURCE: 'of Icecast',
  SUBSCRIBE: 'UPnP eventing',
  UNSUBSCRIBE: 'UPnP eventing',
}

// Methods that are registered but not accepted by Node's parser, and the reason.
const NOT_IN_NODE: Record<string, string> = {
  'BASELINE-CONTROL': 'of DeltaV (RFC 3253) Node has only what Subversion uses',
  CHECKIN: 'as BASELINE-CONTROL',
  LABEL: 'as BASELINE-CONTROL',
  MKWORKSPACE: 'as BASELINE-CONTROL',
  UNCHECKOUT: 'as BASELINE-CONTROL',
  UPDATE: 'as BASELINE-CONTROL',
  'VERSION-CONTROL': 'as BASELINE-CONTROL',
  MKREDIRECTREF: 'RFC 4437, experimental',
  UPDATEREDIRECTREF: 'RFC 4437, experimental',
  ORDERPATCH: 'RFC 3648',
  PRI: 'stands only in the preface of HTTP/2',
}

describe('METHODS', () => {
  test.each(RFC_9110)('%s has the properties of RFC 9110: safe %s, idempotent %s', (...row) => {
    const [method, safe, idempotent] = row
    expect(METHODS[method]).toMatchObject({ safe, idempotent })
  })

  test('marks as safe the same methods as the registry', () => {
    expect(where(({ safe }) => safe)).toEqual([
      'GET',
      'HEAD',
      'OPTIONS',
      'PRI',
      'PROPFIND',
      'QUERY',
      'REPORT',
      'SEARCH',
      'TRACE',
    ])
  })

  test('marks all methods as idempotent but CONNECT, LOCK, PATCH and POST, like the registry', () => {
    expect(where(({ idempotent }) => !idempotent)).toEqual(['CONNECT', 'LOCK', 'PATCH', 'POST'])
  })

  test('forbids request content for CONNECT and TRACE, like RFC 9110', () => {
    expect(where(({ requestContent }) => requestContent === 'forbidden')).toEqual([
      'CONNECT',
      'TRACE',
    ])
  })

  test('marks request content as unexpected for methods that define no meaning for it', () => {
    expect(where(({ requestContent }) => requestContent === 'unexpected')).toEqual([
      'COPY',
      'DELETE',
      'GET',
      'HEAD',
      'LINK',
      'MOVE',
      'OPTIONS',
      'PRI',
      'UNLINK',
      'UNLOCK',
    ])
  })

  test('has no entry for "*", which is reserved and not a method', () => {
    expect('*' in METHODS).toBe(false)
  })

  test('has forty methods in alphabetical order', () => {
    expect(names).toHaveLength(40)
    expect(names).toEqual([...names].sort())
  })

  test('differs from METHODS of node:http only by listed methods', () => {
    const onlyInNode = NODE_METHODS.filter((name) => !(name in METHODS))
    const notInNode = names.filter((name) => !NODE_METHODS.includes(name))
    expect(Object.keys(ONLY_IN_NODE)).toEqual(expect.arrayContaining(onlyInNode))
    expect(Object.keys(NOT_IN_NODE)).toEqual(expect.arrayContaining(notInNode))
    expect(names).toEqual(expect.arrayContaining(Object.keys(NOT_IN_NODE)))
  })

  test('is frozen, and so is each entry', () => {
    expect(Object.isFrozen(METHODS)).toBe(true)
    expect(names.every((name) => Object.isFrozen(METHODS[name]))).toBe(true)
  })

  test('has no prototype', () => {
    expect(Object.getPrototypeOf(METHODS)).toBeNull()
  })

  test('has no entry for an unregistered method, which is a type error', () => {
    // @ts-expect-error PURGE is not registered
    const method: Method = 'PURGE'
    expect(METHODS[method]).toBeUndefined()
  })
})

describe('isIdempotent', () => {
  test('returns the property in METHODS for every method', () => {
    for (const name of names) expect(isIdempotent(name), name).toBe(METHODS[name].idempotent)
  })

  test('is case-sensitive, as methods are', () => {
    expect(isIdempotent('GET')).toBe(true)
    expect(isIdempotent('get')).toBe(false)
    expect(isIdempotent('Get')).toBe(false)
  })

  test.each(['', '*', 'PURGE', 'GET ', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is false for %j, which is not registered',
    (name) => {
      expect(isIdempotent(name)).toBe(false)
    },
  )
})
