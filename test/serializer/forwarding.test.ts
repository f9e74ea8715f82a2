/**
 * Heads that were parsed with anomalies and are written again: in canonical form, which has none of
 * them, and verbatim, which keeps them and needs `allowAnomalies`.
 */

import { describe, expect, test } from 'vitest'
import {
  type Anomaly,
  type ErrorCode,
  Fields,
  type Leniency,
  RequestSerializer,
  ResponseSerializer,
} from '../../src/index.ts'
import { ANOMALIES } from '../../src/message/anomalies.ts'
import { expectRefused, text } from '../support/refusals.ts'
import { readHead, writeHead } from '../support/run-serializer.ts'

const ALL: Leniency = {
  allowBareLf: true,
  allowMissingHost: true,
  allowLengthWithTransferEncoding: true,
  allowSpaceAfterChunkSize: true,
}

/** The head of `wire`, parsed with every leniency enabled. */
const read = (wire: string, method?: string) => readHead(wire, method, { leniency: ALL })

interface Anomalous {
  readonly anomalies: readonly Anomaly[]
  readonly wire: string
  /** The canonical form; `null` if that cannot repair the anomaly. */
  readonly canonical: string | null
  /** The error code of the verbatim form; `null` if it is not refused. */
  readonly code: ErrorCode | null
  readonly method?: string
}

const OK = 'HTTP/1.1 200 OK\r\n'

const CASES: readonly Anomalous[] = [
  {
    anomalies: ['empty-lines'],
    wire: '\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    canonical: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    code: null,
  },
  {
    anomalies: ['higher-minor-version'],
    wire: 'GET / HTTP/1.9\r\nHost: a\r\n\r\n',
    canonical: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    code: 'INVALID_VERSION',
  },
  {
    anomalies: ['higher-minor-version'],
    wire: 'HTTP/1.2 204 X\r\n\r\n',
    canonical: 'HTTP/1.1 204 X\r\n\r\n',
    code: 'INVALID_VERSION',
  },
  {
    anomalies: ['missing-space-after-status'],
    wire: 'HTTP/1.1 204\r\n\r\n',
    canonical: 'HTTP/1.1 204 \r\n\r\n',
    code: 'INVALID_STATUS',
  },
  {
    anomalies: ['obs-fold'],
    wire: `${OK}A: b\r\n c\r\nD:\r\n\t e\r\n\r\n`,
    canonical: `${OK}A: b c\r\nD: e\r\n\r\n`,
    code: 'OBS_FOLD',
  },
  {
    anomalies: ['repeated-content-length'],
    wire: `${OK}Content-Length: 5\r\nA: b\r\ncontent-length: 5, 5\r\n\r\n`,
    canonical: `${OK}Content-Length: 5\r\nA: b\r\n\r\n`,
    code: 'REPEATED_CONTENT_LENGTH',
  },
  {
    // The same number in different digits.
    anomalies: ['repeated-content-length'],
    wire: `${OK}Content-Length: 005 , 5,05\r\n\r\n`,
    canonical: `${OK}Content-Length: 005\r\n\r\n`,
    code: 'REPEATED_CONTENT_LENGTH',
  },
  {
    anomalies: ['empty-transfer-coding'],
    wire: `${OK}Transfer-Encoding: ,x;a="b,c",\r\nA: b\r\ntransfer-encoding: , chunked\r\n\r\n`,
    canonical: `${OK}Transfer-Encoding: x;a="b,c", chunked\r\nA: b\r\n\r\n`,
    code: 'INVALID_TRANSFER_ENCODING',
  },
  {
    anomalies: ['transfer-encoding-in-http-1.0'],
    wire: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n',
    canonical: `${OK}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n`,
    code: 'TRANSFER_ENCODING_IN_HTTP_1_0',
  },
  {
    anomalies: ['ignored-framing-field'],
    wire: 'HTTP/1.1 204 X\r\nContent-Length: 5\r\nA: b\r\n\r\n',
    canonical: 'HTTP/1.1 204 X\r\nA: b\r\n\r\n',
    code: 'FRAMING_FIELD_NOT_ALLOWED',
  },
  {
    anomalies: ['ignored-framing-field'],
    wire: 'HTTP/1.1 103 X\r\nTransfer-Encoding: gzip\r\nA: b\r\n\r\n',
    canonical: 'HTTP/1.1 103 X\r\nA: b\r\n\r\n',
    code: 'FRAMING_FIELD_NOT_ALLOWED',
  },
  {
    anomalies: ['ignored-framing-field'],
    wire: `${OK}Content-Length: not even a number\r\nTransfer-Encoding: \xff\r\n\r\n`,
    canonical: `${OK}\r\n`,
    code: 'FRAMING_FIELD_NOT_ALLOWED',
    method: 'CONNECT',
  },
  {
    anomalies: ['bare-lf'],
    wire: 'GET / HTTP/1.1\nHost: a\n\n',
    canonical: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    code: 'BARE_LF',
  },
  {
    anomalies: ['missing-host'],
    wire: 'GET / HTTP/1.1\r\nA: b\r\n\r\n',
    canonical: null,
    code: 'MISSING_HOST',
  },
  {
    anomalies: ['length-with-transfer-encoding'],
    wire: `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    canonical: `${OK}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
    code: 'LENGTH_WITH_TRANSFER_ENCODING',
  },
  {
    anomalies: ['transfer-encoding-in-http-1.0', 'ignored-framing-field'],
    wire: 'HTTP/1.0 204 X\r\nTransfer-Encoding: chunked\r\n\r\n',
    canonical: 'HTTP/1.1 204 X\r\nConnection: close\r\n\r\n',
    code: 'TRANSFER_ENCODING_IN_HTTP_1_0',
  },
  {
    anomalies: ['transfer-encoding-in-http-1.0'],
    wire: 'HTTP/1.0 200 X\r\nTransfer-Encoding: chunked\r\nConnection: Close\r\n\r\n',
    canonical: 'HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\nConnection: Close\r\n\r\n',
    code: 'TRANSFER_ENCODING_IN_HTTP_1_0',
  },
  // Several at once: each repair must see the result of the one before.
  {
    anomalies: ['empty-transfer-coding', 'ignored-framing-field'],
    wire: 'HTTP/1.1 204 X\r\nTransfer-Encoding: chunked,\r\n\r\n',
    canonical: 'HTTP/1.1 204 X\r\n\r\n',
    code: 'INVALID_TRANSFER_ENCODING',
  },
  {
    anomalies: ['repeated-content-length', 'ignored-framing-field'],
    wire: 'HTTP/1.1 100 X\r\nContent-Length: 1, 1\r\n\r\n',
    canonical: 'HTTP/1.1 100 X\r\n\r\n',
    code: 'REPEATED_CONTENT_LENGTH',
  },
  {
    anomalies: ['empty-transfer-coding', 'transfer-encoding-in-http-1.0'],
    wire: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked,\r\n\r\n',
    canonical: `${OK}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
    code: 'INVALID_TRANSFER_ENCODING',
  },
  {
    anomalies: [
      ...(['obs-fold', 'repeated-content-length', 'empty-transfer-coding'] as const),
      'length-with-transfer-encoding',
    ],
    wire: `${OK}Content-Length: 1, 1\r\nTransfer-Encoding: ,chunked\r\nA: b\r\n c\r\n\r\n`,
    canonical: `${OK}Transfer-Encoding: chunked\r\nA: b c\r\nConnection: close\r\n\r\n`,
    code: 'LENGTH_WITH_TRANSFER_ENCODING',
  },
]

test('the forwarding cases cover every anomaly', () => {
  expect(new Set(CASES.flatMap(({ anomalies }) => anomalies))).toEqual(new Set(ANOMALIES))
})

describe.each(CASES)(
  'a head with $anomalies: $wire',
  ({ anomalies, wire, canonical, code, method }) => {
    const head = () => read(wire, method)
    const bytes = wire.trimStart()

    test('is parsed with exactly these anomalies', () => {
      expect(head().anomalies).toEqual(anomalies)
    })

    test('is written in canonical form without anomalies, or refused if it has no such form', () => {
      if (canonical === null)
        expectRefused(() => writeHead(head(), {}, method), code ?? 'BARE_CR', 0)
      else {
        expect(writeHead(head(), {}, method)).toBe(canonical)
        expect(writeHead(head(), { allowAnomalies: true }, method)).toBe(canonical)
        expect(read(canonical, method).anomalies).toEqual([])
      }
    })

    test('has the same canonical form when written from a copy of its fields', () => {
      // The copy states version 1.0, which does not permit Transfer-Encoding.
      if (canonical === null || anomalies.includes('transfer-encoding-in-http-1.0')) return
      const init = head()
      const { version } = init
      const headers = Fields.from(init.headers)
      const written =
        init.type === 'request'
          ? new RequestSerializer().write({
              method: init.method,
              target: init.target,
              version,
              headers,
            })
          : new ResponseSerializer()
              .respondsTo(method ?? 'GET')
              .write({ status: init.status, reason: init.reason, version, headers })
      expect(text(...written)).toBe(canonical)
    })

    test('is not changed by writing it, whether that succeeds or is refused', () => {
      const one = head()
      const before = JSON.stringify(one)
      for (const verbatim of [false, true]) {
        for (const allowAnomalies of [false, true]) {
          try {
            writeHead(one, { verbatim, allowAnomalies }, method)
          } catch {}
        }
      }
      expect(JSON.stringify(one)).toBe(before)
      if (canonical !== null) expect(writeHead(one, {}, method)).toBe(canonical)
    })

    test('is written verbatim only with allowAnomalies, except for empty lines before the start-line', () => {
      const options = { verbatim: true }
      if (code === null) expect(writeHead(head(), options, method)).toBe(bytes)
      else {
        const run = () => writeHead(head(), options, method)
        const offset = code === 'LENGTH_WITH_TRANSFER_ENCODING' ? bytes.indexOf('Transfer') : 0
        expectRefused(run, code, offset)
      }
      expect(writeHead(head(), { verbatim: true, allowAnomalies: true }, method)).toBe(bytes)
    })
  },
)

describe('fields that were parsed with anomalies and edited by the caller', () => {
  const WIRE = `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`

  test('are written as edited when the edit removes the anomaly', () => {
    const head = read(WIRE)
    head.headers.deleteHopByHop().set('Content-Length', '7')
    expect(writeHead(head)).toBe(`${OK}Content-Length: 7\r\n\r\n`)
  })

  test('are refused when a Content-Length is appended beside Transfer-Encoding', () => {
    const head = read(WIRE)
    head.headers.append('Content-Length', '7')
    expect(() => writeHead(head)).toThrow(
      expect.objectContaining({ code: 'LENGTH_WITH_TRANSFER_ENCODING', side: 'local' }),
    )
  })
})
