/**
 * The report for people: each message as it was on the wire, with its field values aligned, and below
 * it what the parser made of it.
 *
 * Everything from the wire passes through `printable` before it is shown.
 */

import type { Fields } from '../index.ts'
import type { BodySample } from './body-sample.ts'
import { hexDump } from './hex-dump.ts'
import { printable, printableUnicode, sampleText } from './printable.ts'
import type { Head, MessageReport, Reporter } from './report.ts'
import type { Style } from './style.ts'

/** A longer field name shifts its own value, not all others. */
const WIDEST_NAME = 28

/** Width of the labels of what the parser made of a message. */
const LABEL = 12

/** The most that is shown of a body: lines of text, or bytes in hexadecimal. */
const PREVIEW_LINES = 8
const PREVIEW_HEX = 64

const FRAMINGS: Record<Head['framing'], string> = {
  none: 'none: there is no body',
  length: 'length: the body ends by Content-Length',
  chunked: 'chunked: the body ends with its last chunk',
  'until-close': 'until-close: the body ends with the connection',
}

/** `style` is for standard output, `failureStyle` for standard error. */
export function textReporter(style: Style, failureStyle: Style): Reporter {
  const fact = (label: string, text: string) => `  ${style.faint(label.padEnd(LABEL))}${text}\n`

  return {
    head(head, number, decode) {
      const size = countOf(head.bytes.length, 'byte')
      let text = style.faint(
        `${head.type} ${number}, at offset ${head.offset}, with a head of ${size}`,
      )
      text += `\n  ${style.strong(startLine(head))}\n`
      text += fieldLines(head.headers, '  ')
      text += '\n'
      text += fact('framing', FRAMINGS[head.framing])
      if (head.transferCodings.some((name) => name !== 'chunked')) {
        text += fact('transfer', codings(head.transferCodings, decode))
      }
      if (head.contentCodings.length > 0)
        text += fact('content', codings(head.contentCodings, decode))
      text += fact('keep-alive', head.keepAlive ? 'yes' : 'no')
      if (head.type === 'request' && head.expectsContinue) {
        text += fact('expects', '100 (Continue) before it sends the body')
      }
      if (head.type === 'response' && head.informational) {
        text += fact('interim', 'the final response is to follow')
      }
      if (head.anomalies.length > 0) {
        text += fact('anomalies', style.warning(head.anomalies.join(', ')))
      }
      return text
    },

    end(message, trailers) {
      let text = body(message, '')
      if (trailers.size > 0) {
        text += fact('trailers', countOf(trailers.size, 'field line'))
        text += fieldLines(trailers, '    ')
      }
      return `${text}\n`
    },

    rest({ head, offset, bytes }) {
      const what = head.type === 'request' ? 'may switch protocols' : 'has switched protocols'
      const follow = bytes.length === 1 ? 'byte follows' : 'bytes follow'
      const where = bytes.length > 0 ? ` at offset ${offset}, not parsed:` : ''
      const title = `the connection ${what}${protocolNames(head)}: ${bytes.length} ${follow}${where}`
      return `${style.warning(title)}\n${preview(bytes)}\n`
    },

    error({ incomplete }) {
      return incomplete === undefined ? '' : `${body(incomplete, ' so far')}\n`
    },

    failure({ error, context, messages }) {
      const { code, offset, rfc, message, status } = error
      let text = `${failureStyle.failure(`error: ${code}`)}, ${after(messages)}\n`
      const detail = (label: string, value: string) =>
        `  ${failureStyle.faint(label.padEnd(LABEL))}${value}\n`
      text += detail('offset', `${offset} (0x${offset.toString(16)})`)
      text += detail('rule', `${rfc}: ${printable(message)}`)
      text += detail('answer', `${status}`)
      text += '\n'
      for (const line of hexDump(context.bytes, context.offset, offset)) text += `  ${line}\n`
      return text
    },

    total(messages, bytes) {
      return style.faint(`${countOf(messages, 'message')} in ${countOf(bytes, 'byte')}\n`)
    },
  }

  function body({ head, body, chunks, decoded }: MessageReport, soFar: string): string {
    if (head.framing === 'none') return ''
    let text = countOf(body.length, 'byte') + soFar
    if (chunks !== null) text += ` in ${countOf(chunks, 'chunk')}`
    if (decoded === undefined) return fact('body', text) + preview(body)
    const { sample, error } = decoded
    let what = `${countOf(sample.length, 'byte')}${soFar}`
    if (error !== undefined) {
      what += style.warning(`, then ${error.code}: ${printable(error.message)}`)
    }
    return fact('body', text) + fact('decoded', what) + preview(sample)
  }
}

/** The start-line as it was sent, including what the head's properties omit. */
function startLine(head: Head): string {
  const { bytes } = head
  let end = 0
  while (end < bytes.length && bytes[end] !== 0x0d && bytes[end] !== 0x0a) end++
  return printable(Buffer.from(bytes.subarray(0, end)).toString('latin1'))
}

function fieldLines(fields: Fields, indent: string): string {
  let width = 0
  for (const [name] of fields) if (name.length <= WIDEST_NAME) width = Math.max(width, name.length)
  let text = ''
  for (const [name, value] of fields) {
    text += `${indent}${`${printable(name)}:`.padEnd(width + 1)}  ${printable(value)}`.trimEnd()
    text += '\n'
  }
  return text
}

function codings(names: readonly string[], decode: boolean): string {
  return printable(names.join(', ')) + (decode ? '' : ' (not decoded)')
}

/** The protocol that is switched to, if known. */
function protocolNames(head: Head): string {
  const upgrade = head.headers.get('upgrade')
  return upgrade === undefined ? '' : ` to ${printable(upgrade)}`
}

function preview(sample: BodySample): string {
  if (sample.length === 0) return ''
  const { lines, cut } = previewLines(sample)
  if (cut) lines.push('...')
  return lines
    .map((line) => `    | ${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}

function previewLines(sample: BodySample): { lines: string[]; cut: boolean } {
  const text = sampleText(sample)
  if (text === undefined) {
    const shown = sample.first.subarray(0, PREVIEW_HEX)
    return { lines: hexDump(shown, 0), cut: shown.length < sample.length }
  }
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  const shown = lines.slice(0, PREVIEW_LINES)
  return { lines: shown.map(printableUnicode), cut: sample.cut || shown.length < lines.length }
}

function after(messages: number): string {
  return messages === 0 ? 'in the first message' : `after ${countOf(messages, 'message')}`
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
