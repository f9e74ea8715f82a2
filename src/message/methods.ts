/**
 * The IANA HTTP Method Registry (RFC 9110 s. 16.1.1) as one table, a line for a method. Safe and
 * idempotent are the registry's own columns; what content means was taken from the documents that
 * define the methods.
 *
 * `*` is not here: it is registered so that it never becomes a method. QUERY is here by its draft
 * (draft-ietf-httpbis-safe-method-w-body, section 2); the number of its RFC is not known to this
 * file. Nor is what a method does to framing: nothing in requests but for CONNECT, and for
 * responses see `framing.ts`.
 */

const enum Trait {
  IDEMPOTENT = 1,
  /** Whatever is safe is idempotent (RFC 9110 s. 9.2.2). */
  SAFE = 3,
  CONTENT = 4,
  NO_CONTENT = 8,
}

const TABLE = {
  ACL: Trait.IDEMPOTENT | Trait.CONTENT,
  'BASELINE-CONTROL': Trait.IDEMPOTENT | Trait.CONTENT,
  BIND: Trait.IDEMPOTENT | Trait.CONTENT,
  CHECKIN: Trait.IDEMPOTENT | Trait.CONTENT,
  CHECKOUT: Trait.IDEMPOTENT | Trait.CONTENT,
  CONNECT: Trait.NO_CONTENT,
  COPY: Trait.IDEMPOTENT,
  DELETE: Trait.IDEMPOTENT,
  GET: Trait.SAFE,
  HEAD: Trait.SAFE,
  LABEL: Trait.IDEMPOTENT | Trait.CONTENT,
  LINK: Trait.IDEMPOTENT,
  LOCK: Trait.CONTENT,
  MERGE: Trait.IDEMPOTENT | Trait.CONTENT,
  MKACTIVITY: Trait.IDEMPOTENT | Trait.CONTENT,
  MKCALENDAR: Trait.IDEMPOTENT | Trait.CONTENT,
  MKCOL: Trait.IDEMPOTENT | Trait.CONTENT,
  MKREDIRECTREF: Trait.IDEMPOTENT | Trait.CONTENT,
  MKWORKSPACE: Trait.IDEMPOTENT | Trait.CONTENT,
  MOVE: Trait.IDEMPOTENT,
  OPTIONS: Trait.SAFE,
  ORDERPATCH: Trait.IDEMPOTENT | Trait.CONTENT,
  PATCH: Trait.CONTENT,
  POST: Trait.CONTENT,
  PRI: Trait.SAFE,
  PROPFIND: Trait.SAFE | Trait.CONTENT,
  PROPPATCH: Trait.IDEMPOTENT | Trait.CONTENT,
  PUT: Trait.IDEMPOTENT | Trait.CONTENT,
  QUERY: Trait.SAFE | Trait.CONTENT,
  REBIND: Trait.IDEMPOTENT | Trait.CONTENT,
  REPORT: Trait.SAFE | Trait.CONTENT,
  SEARCH: Trait.SAFE | Trait.CONTENT,
  TRACE: Trait.SAFE | Trait.NO_CONTENT,
  UNBIND: Trait.IDEMPOTENT | Trait.CONTENT,
  UNCHECKOUT: Trait.IDEMPOTENT | Trait.CONTENT,
  UNLINK: Trait.IDEMPOTENT,
  UNLOCK: Trait.IDEMPOTENT,
  UPDATE: Trait.IDEMPOTENT | Trait.CONTENT,
  UPDATEREDIRECTREF: Trait.IDEMPOTENT | Trait.CONTENT,
  'VERSION-CONTROL': Trait.IDEMPOTENT | Trait.CONTENT,
}

/** A registered method. */
export type Method = keyof typeof TABLE

/** What is known of a method, whatever it is applied to. */
export interface MethodProperties {
  /** Whether it asks for no change on the server (RFC 9110 s. 9.2.1). */
  readonly safe: boolean
  /** Whether asking again has no further effect, so that it may be retried (RFC 9110 s. 9.2.2). */
  readonly idempotent: boolean
  /**
   * Whether the request has content (RFC 9110 s. 9.3):
   *
   * - `'expected'`: the method gives content a meaning, be it optional. A request without any says
   *   so by `Content-Length: 0` (RFC 9110 s. 8.6). POST, PUT, PATCH, QUERY and most of WebDAV.
   * - `'unexpected'`: content may be sent, but has no generally defined meaning, and some servers
   *   refuse it. GET, HEAD, DELETE, OPTIONS and others.
   * - `'forbidden'`: content must not be sent. CONNECT and TRACE.
   */
  readonly requestContent: 'expected' | 'unexpected' | 'forbidden'
}

function readTable(): Readonly<Record<Method, MethodProperties>> {
  const methods = Object.create(null) as Record<Method, MethodProperties>
  for (const method of Object.keys(TABLE) as Method[]) {
    const traits = TABLE[method]
    methods[method] = Object.freeze({
      safe: (traits & Trait.SAFE) === Trait.SAFE,
      idempotent: (traits & Trait.IDEMPOTENT) !== 0,
      requestContent: requestContent(traits),
    })
  }
  return Object.freeze(methods)
}

function requestContent(traits: number): MethodProperties['requestContent'] {
  if ((traits & Trait.NO_CONTENT) !== 0) return 'forbidden'
  return (traits & Trait.CONTENT) !== 0 ? 'expected' : 'unexpected'
}

// The annotation lets a bundler leave out the table of those who do not look at it.

/** Every registered method and its properties, in alphabetical order. Frozen, without prototype. */
export const METHODS: Readonly<Record<Method, MethodProperties>> = /* @__PURE__ */ readTable()

/** {@link METHODS} for a name that may not be in it. */
const byName: Readonly<Record<string, MethodProperties>> = METHODS

/**
 * Whether a request with the method may be repeated without further effect, as a client does when
 * a connection was lost before the response (RFC 9110 s. 9.2.2). `false` for a method that is not
 * registered. Methods are case-sensitive: `get` is not GET (RFC 9110 s. 9.1).
 */
export function isIdempotent(method: Method | (string & {})): boolean {
  return byName[method]?.idempotent ?? false
}

/** Whether a request with the method is expected to have content; see {@link MethodProperties}. */
export function expectsContent(method: Method | (string & {})): boolean {
  return byName[method]?.requestContent === 'expected'
}
