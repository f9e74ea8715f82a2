/**
 * The report for programs: one JSON object per line, with its kind in `type`.
 *
 *     request, response   a complete message: the members of its head (as `head.toJSON()` has them),
 *                         body { length, chunks, encoding, preview }, trailers, end; decoded { length,
 *                         encoding, preview, error }, if requested and there are codings
 *     rest                the unparsed bytes after a message that leaves HTTP, or offers to:
 *                         offset, length, encoding, preview
 *     error               the broken rule, the last line: code, message, offset, status, rfc, side,
 *                         context { offset, hex }, and incomplete: the message it is in, or null
 *
 * A preview is the beginning of the bytes: text if encoding is `utf-8`, digits if it is `hex`. All
 * other text has one code unit per byte on the wire, so nothing is lost. Lines are ASCII without
 * controls, so that a terminal that shows them has nothing to obey.
 */

import type { BodySample } from './body-sample.ts'
import type { DecodedBody } from './decoded-body.ts'
import { sampleText } from './printable.ts'
import type { MessageReport, Reporter } from './report.ts'

export const jsonReporter: Reporter = {
  head: () => '',
  end: (message, trailers, end) => line({ ...messageJson(message), trailers, end }),
  rest: ({ offset, bytes }) =>
    line({ type: 'rest', offset, length: bytes.length, ...preview(bytes) }),
  error: ({ error, context, incomplete }) => {
    const { code, message, offset, status, rfc, side } = error
    return line({
      type: 'error',
      code,
      message,
      offset,
      status,
      rfc,
      side,
      context: { offset: context.offset, hex: hex(context.bytes) },
      incomplete: incomplete === undefined ? null : messageJson(incomplete),
    })
  },
  failure: () => '',
  total: () => '',
}

function messageJson({ head, chunks, body, decoded }: MessageReport): object {
  const message = { ...head.toJSON(), body: { length: body.length, chunks, ...preview(body) } }
  return decoded === undefined ? message : { ...message, decoded: decodedJson(decoded) }
}

function decodedJson({ sample, error }: DecodedBody): object {
  const { code, message, offset } = error ?? {}
  return {
    length: sample.length,
    ...preview(sample),
    error: error === undefined ? null : { code, message, offset },
  }
}

function preview(sample: BodySample): { encoding: 'utf-8' | 'hex'; preview: string } {
  const text = sampleText(sample)
  if (text === undefined) return { encoding: 'hex', preview: hex(sample.first) }
  return { encoding: 'utf-8', preview: text }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function line(object: object): string {
  const json = JSON.stringify(object).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${json}\n`
}
