/**
 * What `--help` says. Limits and leniencies come from the tables of the core.
 */

import { CODINGS } from '../codings.ts'
import { DEFAULT_LIMITS, type Leniency } from '../index.ts'
import { LENIENCY_OPTIONS } from './arguments.ts'

const LENIENCY_TEXTS: Record<keyof Leniency, string> = {
  allowBareLf: 'LF alone as a line end',
  allowMissingHost: 'an HTTP/1.1 request without Host',
  allowLengthWithTransferEncoding: 'Content-Length beside Transfer-Encoding, in a response',
  allowSpaceAfterChunkSize: 'a space after a chunk size, in a response',
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
another message may follow it on the connection, and what was wrong with it and let in.

Bodies are not held, and not decoded unless --decode says so. Bytes that could control a
terminal, or are not valid UTF-8, are shown as \\xNN.

Options:
  --json                one JSON object a line; see below
  --decode              undo content and transfer codings (${CODINGS.join(', ')}), and show that
                        instead of the coded bytes
  --kind KIND           request or response; without it the first start-line tells
  --request-method M    the method of the request that a response answers, which matters for HEAD
                        and CONNECT; once for each response, in order; the input is responses then
  --limit NAME=NUMBER   override a default limit; see below
  -h, --help            this
  -v, --version         the version

Rules to be widened, one by one; what they let in:
${leniencies}
Limits and their defaults:
${limits}
JSON, told apart by "type":
  request, response  a complete message: what the parser says of its head, body (length, chunks,
                     encoding and preview), trailers, and end, the offset after it; with --decode
                     also decoded, of a coded body: length, encoding, preview, and error (code,
                     message, offset) or null
  rest               after a message that leaves HTTP, or offers to: offset, length, encoding and
                     preview of what follows, which is not parsed
  error              last, if a rule is broken: code, message, offset, status, rfc, side, context
                     (offset and hex) and incomplete, the message that it is in, or null
  A preview is text where encoding is utf-8, and digits where it is hex. In all other text each
  character stands for one byte.

Exit code:
  0  all messages were read, or the reader of the output closed it early
  1  a rule is broken, the input ends inside a message, or a body cannot be decoded; what is good
     has been printed
  2  the command line is wrong, or the input cannot be read
`
