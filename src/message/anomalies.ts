/**
 * Defects in a head that the parser accepted: repaired as RFC 9112 allows, or permitted by a leniency.
 * The parser collects them as a bit set; the public API shows them as an array of names.
 */

/** One bit for each anomaly, in the order of {@link ANOMALIES}. */
export const enum AnomalyBit {
  NONE = 0,
  EMPTY_LINES = 1,
  HIGHER_MINOR_VERSION = 2,
  MISSING_SPACE_AFTER_STATUS = 4,
  OBS_FOLD = 8,
  REPEATED_CONTENT_LENGTH = 16,
  EMPTY_TRANSFER_CODING = 32,
  TRANSFER_ENCODING_IN_HTTP_1_0 = 64,
  IGNORED_FRAMING_FIELD = 128,
  BARE_LF = 256,
  MISSING_HOST = 512,
  LENGTH_WITH_TRANSFER_ENCODING = 1024,
}

/** The names of the anomalies, in the order of their bits. */
export const ANOMALIES = Object.freeze([
  /** Empty lines stood before the start-line and were skipped (RFC 9112 s. 2.2). */
  'empty-lines',
  /** The version is HTTP/1.2 to HTTP/1.9, read as 1.1 (RFC 9110 s. 6.2). */
  'higher-minor-version',
  /** The status-line ends right after the status code (RFC 9112 s. 4). Responses only. */
  'missing-space-after-status',
  /** A field line is folded; each fold is read as one space (RFC 9112 s. 5.2). Responses only. */
  'obs-fold',
  /** Content-Length is repeated with the same value (RFC 9112 s. 6.3). Responses only. */
  'repeated-content-length',
  /** Transfer-Encoding has empty list members, which are skipped (RFC 9110 s. 5.6.1). Responses only. */
  'empty-transfer-coding',
  /** Transfer-Encoding in an HTTP/1.0 response; the connection is not reused (RFC 9112 s. 6.1). */
  'transfer-encoding-in-http-1.0',
  /** Content-Length or Transfer-Encoding where it means nothing: 1xx, 204, 2xx to CONNECT (RFC 9112 s. 6.3). */
  'ignored-framing-field',
  /** A line ended in LF alone, under `allowBareLf`. */
  'bare-lf',
  /** An HTTP/1.1 request had no Host, under `allowMissingHost`. */
  'missing-host',
  /** Content-Length beside Transfer-Encoding was ignored, under `allowLengthWithTransferEncoding`. */
  'length-with-transfer-encoding',
] as const)

/** A defect in a head that the parser accepted. */
export type Anomaly = (typeof ANOMALIES)[number]

const NONE: readonly Anomaly[] = Object.freeze([])

/** The anomalies that rule out reuse, regardless of Connection (RFC 9112 s. 6.1, 6.3). */
export const CLOSING =
  AnomalyBit.TRANSFER_ENCODING_IN_HTTP_1_0 | AnomalyBit.LENGTH_WITH_TRANSFER_ENCODING

/** The names of a set of {@link AnomalyBit}s. */
export function listAnomalies(bits: number): readonly Anomaly[] {
  if (bits === AnomalyBit.NONE) return NONE
  return Object.freeze(ANOMALIES.filter((_, bit) => (bits & (1 << bit)) !== 0))
}
