/**
 * The IANA HTTP Method Registry (RFC 9110 s. 16.1.1) as one table, one line per method. Safe and
 * idempotent are columns of the registry; the content traits come from the documents that define the
 * methods.
 *
 * `*` is omitted: it is registered only so that it never becomes a method. QUERY follows its draft
 * (draft-ietf-httpbis-safe-method-w-body, section 2); the number of its RFC is not recorded here.
 * `framing.ts` handles the effect of methods on message framing (in requests only that of CONNECT).
 */

const enum Trait {
  IDEMPOTENT = 1,
  /** Includes `IDEMPOTENT`: all safe methods are idempotent (RFC 9110 s. 9.2.2). */
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

/** The properties of a method, which are the same for every resource. */
export interface MethodProperties {
  /** Whether the method requests no change on the server (RFC 9110 s. 9.2.1). */
  readonly safe: boolean
  /** Whether repeating a request has no further effect, so that it may be retried (RFC 9110 s. 9.2.2). */
  readonly idempotent: boolean
  /**
   * Whether the request has content (RFC 9110 s. 9.3):
   *
   * - `'expected'`: the method defines a meaning for content, which may be optional. Without content, a
   *   request sends `Content-Length: 0` (RFC 9110 s. 8.6). POST, PUT, PATCH, QUERY and most of WebDAV.
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

// The annotation lets a bundler drop the table from programs that do not use it.

/** Every registered method and its properties, in alphabetical order. Frozen, without prototype. */
export const METHODS: Readonly<Record<Method, MethodProperties>> = /* @__PURE__ */ readTable()

/** {@link METHODS}, typed for names that may not be registered. */
const byName: Readonly<Record<string, MethodProperties>> = METHODS

/**
 * Whether repeating a request has no further effect, so that a client may retry it if the connection is
 * lost before the response (RFC 9110 s. 9.2.2). `false` for unregistered methods. Methods are
 * case-sensitive: `get` is not GET (RFC 9110 s. 9.1).
 */
export function isIdempotent(method: Method | (string & {})): boolean {
  return byName[method]?.idempotent ?? false
}

/** Whether `requestContent` is `'expected'` for the method; see {@link MethodProperties}. */
export function expectsContent(method: Method | (string & {})): boolean {
  return byName[method]?.requestContent === 'expected'
}
