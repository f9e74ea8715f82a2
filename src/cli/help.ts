/**
 * The text of `--help`. Limits and leniencies come from the core's tables.
 */

import { CODINGS } from '../codings.ts'
import { DEFAULT_LIMITS, type Leniency } from '../index.ts'
import { LENIENCY_OPTIONS } from './arguments.ts'

const LENIENCY_TEXTS: Record<keyof Leniency, string> = {
  allowBareLf: 'LF alone as a line end',
  allowMissingHost: 'an HTTP/1.1 request without Host',
  allowLengthWithTransferEncoding: 'Content-Length beside Transfer-Encoding in a response',
  allowSpaceAfterChunkSize: 'a space after a chunk size in a response',
}

const leniencies = LENIENCY_OPTIONS.map(
  ([name, option]) => `  --${option.padEnd(37)}  ${LENIENCY_TEXTS[name]}\n`,
).join('')

const limits = Object.entries(DEFAULT_LIMITS)
  .map(([name, value]) => `  ${name.padEnd(20)}  ${value}\n`)
  .join('')

export const HELP = `httpwire: HTTP/1.x on the wire

Usage: httpwire parse [OPTION]... [FILE|-]

Reads HTTP/1.x messages from FILE, or from standard input as they arrive, and prints each: its
start-line and fields, how its body is framed, how long the body is and how it begins, whether
another message may follow it on the connection, and which errors in it were tolerated.

Bodies are not held, and not decoded unless --decode is given. Bytes that could control a
terminal, or are not valid UTF-8, are shown as \\xNN.

Options:
  --json                print one JSON object per line; see below
  --decode              undo content and transfer codings (${CODINGS.join(', ')}) and show the
                        decoded bodies
  --kind KIND           request or response; by default told from the first start-line
  --request-method M    the method of the request that a response answers, which matters for HEAD
                        and CONNECT; may be given once for each response, in order; implies
                        --kind response
  --limit NAME=NUMBER   override a default limit; see below
  -h, --help            show this help
  -v, --version         show the version

Options that relax one rule each, and what they allow:
${leniencies}
Limits and their defaults:
${limits}
JSON objects, by "type":
  request, response  a complete message: the members of its head, body (length, chunks, encoding
                     and preview), trailers, and end, the offset after it; with --decode also
                     decoded, for a coded body: length, encoding, preview, and error (code,
                     message, offset) or null
  rest               after a message that leaves HTTP, or offers to: offset, length, encoding and
                     preview of what follows, which is not parsed
  error              last, if a rule is broken: code, message, offset, status, rfc, side, context
                     (offset and hex) and incomplete, the message it is in, or null
  A preview is text where encoding is utf-8, and digits where it is hex. In all other text one
  character stands for one byte.

Exit code:
  0  all messages were read, or the reader of the output closed it early
  1  a rule is broken, the input ends inside a message, or a body cannot be decoded; everything
     valid has been printed
  2  the command line is wrong, or the input cannot be read
`
