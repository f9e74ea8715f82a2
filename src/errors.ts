/**
 * The only error class of this library, and the table of its codes.
 *
 * The table is data: for each code the status that a server answers with, the clause that is violated,
 * and a sentence. `docs/errors.md` is generated from it.
 */

import type { MessageKind } from './grammar/kind.ts'

/**
 * Every code that an {@link HttpError} can have: the status code of the response to a request with this
 * error, the clause that states the rule, and what is wrong.
 */
export const ERRORS = {
  // Lines
  BARE_CR: [400, 'RFC 9112 s. 2.2', 'a CR that no LF follows'],
  BARE_LF: [400, 'RFC 9112 s. 2.2', 'a line that ends in LF without CR'],
  TOO_MANY_EMPTY_LINES: [400, 'RFC 9112 s. 2.2', 'more empty lines than maxEmptyLines'],
  LEADING_WHITESPACE: [400, 'RFC 9112 s. 2.2', 'whitespace before the first field line'],

  // Start-lines
  INVALID_METHOD: [400, 'RFC 9112 s. 3.1', 'the method is not a token followed by one space'],
  INVALID_TARGET: [400, 'RFC 9112 s. 3.2', 'the request-target is in none of its four forms'],
  TARGET_UNFIT_FOR_METHOD: [
    400,
    'RFC 9112 s. 3.2',
    'this form of request-target is not for this method',
  ],
  INVALID_VERSION: [400, 'RFC 9112 s. 2.3', 'the version is not HTTP/DIGIT.DIGIT'],
  UNSUPPORTED_VERSION: [505, 'RFC 9110 s. 15.6.6', 'a major version other than 1'],
  INVALID_STATUS: [502, 'RFC 9112 s. 4', 'the status code is not 100 to 999 followed by one space'],
  INVALID_REASON: [502, 'RFC 9112 s. 4', 'a byte that may not be in a reason phrase'],

  // Field lines
  INVALID_FIELD_NAME: [400, 'RFC 9110 s. 5.1', 'the field name is not a token'],
  SPACE_BEFORE_COLON: [
    400,
    'RFC 9112 s. 5.1',
    'whitespace after the field name, where its colon should be',
  ],
  MISSING_COLON: [400, 'RFC 9112 s. 5', 'a field line without a colon'],
  INVALID_FIELD_VALUE: [400, 'RFC 9110 s. 5.5', 'a byte that may not be in a field value'],
  OBS_FOLD: [400, 'RFC 9112 s. 5.2', 'a folded field line'],

  // Host
  MISSING_HOST: [400, 'RFC 9112 s. 3.2', 'an HTTP/1.1 request without Host'],
  REPEATED_HOST: [400, 'RFC 9112 s. 3.2', 'more than one Host'],
  INVALID_HOST: [400, 'RFC 9112 s. 3.2', 'Host is not a host with an optional port'],

  // Framing
  INVALID_CONTENT_LENGTH: [400, 'RFC 9112 s. 6.3', 'Content-Length is not digits, or above 2^53-1'],
  REPEATED_CONTENT_LENGTH: [400, 'RFC 9112 s. 6.3', 'Content-Length is repeated, or a list'],
  CONFLICTING_CONTENT_LENGTH: [400, 'RFC 9112 s. 6.3', 'Content-Length values that differ'],
  INVALID_TRANSFER_ENCODING: [
    400,
    'RFC 9112 s. 6.1',
    'Transfer-Encoding is not a list of codings, or a registered one has parameters',
  ],
  CHUNKED_NOT_LAST: [400, 'RFC 9112 s. 6.3', 'Transfer-Encoding does not end in chunked'],
  REPEATED_CHUNKED: [400, 'RFC 9112 s. 6.1', 'chunked is applied more than once'],
  UNKNOWN_TRANSFER_CODING: [501, 'RFC 9112 s. 6.1', 'a transfer coding that is not registered'],
  LENGTH_WITH_TRANSFER_ENCODING: [
    400,
    'RFC 9112 s. 6.3',
    'Content-Length together with Transfer-Encoding',
  ],
  TRANSFER_ENCODING_IN_HTTP_1_0: [
    400,
    'RFC 9112 s. 6.1',
    'Transfer-Encoding in an HTTP/1.0 message',
  ],
  FOLDED_FRAMING_FIELD: [400, 'RFC 9112 s. 5.2', 'a folded Content-Length or Transfer-Encoding'],
  CONTENT_IN_CONNECT: [400, 'RFC 9110 s. 9.3.6', 'a CONNECT request with content'],
  UNKNOWN_EXPECTATION: [417, 'RFC 9110 s. 10.1.1', 'Expect is not 100-continue'],

  // Chunked coding
  INVALID_CHUNK_SIZE: [
    400,
    'RFC 9112 s. 7.1',
    'the chunk size is not hexadecimal digits before a line end or extension',
  ],
  CHUNK_SIZE_OVERFLOW: [
    400,
    'RFC 9112 s. 7.1',
    'the chunk size has more than 16 digits or is above 2^53-1',
  ],
  INVALID_CHUNK_EXTENSION: [400, 'RFC 9112 s. 7.1.1', 'an invalid chunk extension'],
  MISSING_CHUNK_END: [400, 'RFC 9112 s. 7.1', 'chunk data not followed by exactly CRLF'],
  FORBIDDEN_TRAILER: [400, 'RFC 9110 s. 6.5.1', 'a field that may not be a trailer'],

  // Limits
  METHOD_TOO_LONG: [501, 'RFC 9112 s. 3', 'the method and its space are longer than maxStartLine'],
  START_LINE_TOO_LONG: [414, 'RFC 9112 s. 3', 'the start-line is longer than maxStartLine'],
  TARGET_TOO_LONG: [414, 'RFC 9112 s. 3', 'the request-target is longer than maxTarget'],
  FIELD_LINE_TOO_LONG: [431, 'RFC 9110 s. 5.4', 'a field line is longer than maxFieldLine'],
  HEAD_TOO_LARGE: [431, 'RFC 9110 s. 5.4', 'the head is larger than maxHead'],
  TOO_MANY_FIELDS: [431, 'RFC 9110 s. 5.4', 'a field section has more field lines than maxFields'],
  TRAILER_TOO_LARGE: [431, 'RFC 9110 s. 5.4', 'the trailer section is larger than maxTrailer'],
  CHUNK_EXTENSION_TOO_LONG: [
    413,
    'RFC 9112 s. 7.1.1',
    'the extensions of one chunk are longer than maxChunkExtension',
  ],
  CHUNK_EXTENSIONS_TOO_LARGE: [
    413,
    'RFC 9112 s. 7.1.1',
    'the extensions of all chunks are longer than maxChunkExtensions',
  ],
  BODY_TOO_LARGE: [413, 'RFC 9110 s. 15.5.14', 'the body is larger than maxBody'],

  // Codings
  UNSUPPORTED_CODING: [415, 'RFC 9110 s. 8.4', 'a coding that cannot be decoded here'],
  TOO_MANY_CODINGS: [415, 'RFC 9110 s. 8.4', 'more codings than maxCodings'],
  CODED_DATA_MISLABELLED: [400, 'RFC 9110 s. 8.4', 'the data does not begin as its coding does'],
  CODED_DATA_CORRUPT: [400, 'RFC 9110 s. 8.4.1', 'the coded data is damaged'],
  CODED_DATA_TRUNCATED: [400, 'RFC 9110 s. 8.4.1', 'the coded data ends too early'],
  BYTES_AFTER_CODED_DATA: [400, 'RFC 9110 s. 8.4.1', 'bytes follow the end of the coded data'],
  DECODED_TOO_LARGE: [413, 'RFC 9110 s. 15.5.14', 'the decoded data is larger than maxDecoded'],
  DECODED_TOO_DENSE: [
    413,
    'RFC 9110 s. 15.5.14',
    'the decoded data is larger than its coded bytes times maxRatio',
  ],

  // Connections
  UNSOLICITED_RESPONSE: [502, 'RFC 9112 s. 9.2', 'a response that no request asked for'],
  TOO_MANY_INTERIM_RESPONSES: [
    502,
    'RFC 9110 s. 15.2',
    'more interim responses to one request than maxInterimResponses',
  ],
  UNOFFERED_SWITCH: [502, 'RFC 9110 s. 7.8', 'a 101 to a request that offered no switch'],
  UNANSWERED: [502, 'RFC 9112 s. 9.5', 'the connection ended before a response began'],

  // Refused by serializers, in addition to what parsers refuse
  CONTENT_NOT_ALLOWED: [500, 'RFC 9112 s. 6.3', 'content in a message that cannot have any'],
  CONTENT_LENGTH_MISMATCH: [
    500,
    'RFC 9110 s. 8.6',
    'the content is not as long as Content-Length says',
  ],
  CHUNK_SIZE_MISMATCH: [500, 'RFC 9112 s. 7.1', 'the data is not as long as its chunk says'],
  FRAMING_FIELD_NOT_ALLOWED: [
    500,
    'RFC 9110 s. 8.6',
    'Content-Length or Transfer-Encoding in a 1xx, a 204 or a 2xx to CONNECT',
  ],
  TRAILERS_NOT_ALLOWED: [500, 'RFC 9110 s. 6.5.1', 'trailers without the chunked coding'],

  // The end of input, and calls in a wrong state
  TRUNCATED: [400, 'RFC 9112 s. 8', 'the input ended inside a message'],
  WRONG_STATE: [500, 'RFC 9112 s. 9', 'the call does not fit the state'],
} as const satisfies Record<string, readonly [status: number, rfc: string, text: string]>

/** The name of the rule that was violated; docs/errors.md lists all of them. */
export type ErrorCode = keyof typeof ERRORS

/** An {@link HttpError} as JSON. */
export interface HttpErrorJson {
  name: 'HttpError'
  code: ErrorCode
  message: string
  offset: number
  status: number
  rfc: string
  side: 'remote' | 'local'
}

/** The error for bytes that violate a rule, as in a request; see {@link HttpError.setResponse}. */
export function protocolError(code: ErrorCode, offset: number, detail?: string): HttpError {
  return new HttpError(code, offset, { detail })
}

/** The status with which a server reports its own fault (RFC 9110 s. 15.6.1). */
const INTERNAL_SERVER_ERROR = 500

/** The status with which a gateway reports an invalid response (RFC 9110 s. 15.6.3). */
const BAD_GATEWAY = 502

/** The optional properties of a new {@link HttpError}. */
export interface HttpErrorOptions {
  /** Appended to the message. */
  readonly detail?: string | undefined
  /** The kind of the invalid message; a request unless given. */
  readonly kind?: MessageKind | undefined
  /** The status code to answer with; by default that of the code, or 502 for a response. */
  readonly status?: number | undefined
  /** Who violated the rule; `'remote'` unless given. */
  readonly side?: 'remote' | 'local' | undefined
  /** The underlying error, available as `error.cause`. */
  readonly cause?: unknown
}

/** The error for a mistake of the caller. `offset` is the number of bytes read or written before it. */
export function localError(code: ErrorCode, offset: number, detail?: string): HttpError {
  return new HttpError(code, offset, { side: 'local', status: INTERNAL_SERVER_ERROR, detail })
}

/** The error for a call that is not allowed in the current state. */
export function stateError(offset: number, detail: string): HttpError {
  return localError('WRONG_STATE', offset, detail)
}

/** A violation of HTTP/1.x, by the bytes received (`remote`) or by the caller (`local`). */
export class HttpError extends Error {
  /** The rule that was violated. Codes are stable, so programs can switch on them. */
  readonly code: ErrorCode
  /**
   * The offset of the first invalid byte, counted from the first byte ever pushed. For output that was
   * refused, the offset it would have had, counted from the first byte ever written. In
   * `httpwire/codings`, the number of coded bytes consumed, or 0 for misuse.
   */
  readonly offset: number
  /** The status code to answer with: that of a server for a request, of a gateway for a response. */
  readonly status: number
  /** The clause that states the rule, such as `RFC 9112 s. 6.3`. */
  readonly rfc: string
  /** Who violated the rule: the peer (`remote`), or the caller of this library (`local`). */
  readonly side: 'remote' | 'local'
  readonly #detail: string | undefined

  /**
   * Public so that code that enforces additional rules can throw the same type of error.
   *
   * @throws RangeError for an unknown code.
   */
  constructor(code: ErrorCode, offset: number, options: HttpErrorOptions = {}) {
    if (!Object.hasOwn(ERRORS, code)) throw new RangeError(`there is no error ${String(code)}`)
    const [status, rfc, text] = ERRORS[code]
    const { detail, kind, side = 'remote', cause } = options
    super(detail === undefined ? text : `${text}: ${detail}`, cause === undefined ? {} : { cause })
    this.code = code
    this.offset = offset
    this.status = options.status ?? (kind === 'response' ? BAD_GATEWAY : status)
    this.rfc = rfc
    this.side = side
    this.#detail = detail
  }

  /** @internal This error as a local one, for bytes that the caller asked to write. */
  asLocal(): HttpError {
    return localError(this.code, this.offset, this.#detail)
  }

  /** @internal Makes this the error of a response. Called by the parser, which alone knows what it reads. */
  setResponse(): void {
    if (this.side === 'remote') (this as { status: number }).status = BAD_GATEWAY
  }

  override get name(): 'HttpError' {
    return 'HttpError'
  }

  toJSON(): HttpErrorJson {
    const { name, code, message, offset, status, rfc, side } = this
    return { name, code, message, offset, status, rfc, side }
  }
}
