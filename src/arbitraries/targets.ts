/**
 * Hosts, and request-targets in their four forms (RFC 9112 s. 3.2), each with a method that allows the
 * form.
 */

import * as fc from 'fast-check'
import type { TargetForm } from 'httpwire'
import { ALPHA, casing, DIGIT, oneOf, text, token, VCHAR, written } from './text.ts'

/** A request-target, and the method and Host that a request with it must have. */
export interface GeneratedTarget {
  readonly target: string
  readonly form: TargetForm
  /** A method that allows this form: CONNECT for `'authority'` and only for it. */
  readonly method: string
  /** The value Host must have (RFC 9112 s. 3.2); `null` if the target does not determine it. */
  readonly authority: string | null
}

const host = oneOf(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'a.example', '127.0.0.1', '[::1]', '[2001:db8::1.2.3.4]'),
  },
  { weight: 1, arbitrary: fc.constantFrom("a!$&'()*+,;=b", '[v1.a:b]', '%41%2f', '~_-.') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(text(ALPHA, 1, 1), text(`${ALPHA}${DIGIT}-.`, 0, 12))
      .map((parts) => parts.join('')),
  },
)

const port = oneOf(fc.constantFrom(80, 443, 8080, 1, 65535), fc.integer({ min: 1, max: 65535 }))

const hostAndPort = fc.tuple(host, port).map(([host, port]) => `${host}:${port}`)

/** `uri-host [ ":" port ]`, where the port may be empty but not the host. */
export const authority = oneOf(
  host,
  hostAndPort,
  host.map((host) => `${host}:`),
)

/** A value of Host for a target that does not determine it. */
export const anyHost = oneOf(
  { weight: 6, arbitrary: authority },
  { weight: 1, arbitrary: fc.constant('') },
)

/** CONNECT has its own form; TRACE must not have content (RFC 9110 s. 9.3.8). */
const SPECIAL = ['CONNECT', 'TRACE']

const method = oneOf(
  { weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE') },
  { weight: 1, arbitrary: token.filter((method) => !SPECIAL.includes(method)) },
)

function made(
  method: string,
  target: string,
  form: TargetForm,
  authority: string | null,
): GeneratedTarget {
  return { target, form, method, authority }
}

const pathOrQuery = text(VCHAR.replace('#', ''), 0, 30)

const origin = fc
  .tuple(method, pathOrQuery)
  .map(([method, path]) => made(method, `/${path}`, 'origin', null))

const http = fc
  .record({
    method,
    scheme: fc.constantFrom('http', 'https'),
    casing,
    authority,
    path: oneOf(
      fc.constant(''),
      fc.tuple(fc.constantFrom('/', '?'), pathOrQuery).map(([first, rest]) => `${first}${rest}`),
    ),
  })
  .map(({ method, scheme, casing, authority, path }) =>
    made(method, `${written(scheme, casing)}://${authority}${path}`, 'absolute', authority),
  )

const otherScheme = fc
  .tuple(method, fc.constantFrom('urn:x', 'ftp:a/b', 'a+b-c.d:e', 'mailto:a@b'))
  .map(([method, target]) => made(method, target, 'absolute', ''))

const connect = hostAndPort.map((target) => made('CONNECT', target, 'authority', target))

const asterisk = fc.constant(made('OPTIONS', '*', 'asterisk', null))

/** Targets in the three forms other than authority-form. */
export const ordinaryTarget: fc.Arbitrary<GeneratedTarget> = oneOf(
  { weight: 8, arbitrary: origin },
  { weight: 2, arbitrary: http },
  { weight: 1, arbitrary: otherScheme },
  { weight: 1, arbitrary: asterisk },
)

/** Targets in authority-form, which only CONNECT has. */
export const connectTarget: fc.Arbitrary<GeneratedTarget> = connect

const anyTarget = oneOf(
  { weight: 8, arbitrary: ordinaryTarget },
  { weight: 2, arbitrary: connectTarget },
)

/**
 * A request-target in one of the four forms of RFC 9112 s. 3.2, with a method that allows the form and
 * the value that Host must have. Paths and queries may contain any byte that a target can have.
 */
export function target(): fc.Arbitrary<GeneratedTarget> {
  return anyTarget
}
