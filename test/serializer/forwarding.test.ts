/**
 * Heads that were read with anomalies, written again: in canonical form, which has none of them, and
 * verbatim, where they are let out only if that is asked for.
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

/** The head of `wire`, read with every leniency that there is. */
const read = (wire: string, method?: string) => readHead(wire, method, { leniency: ALL })

interface Anomalous {
  readonly anomalies: readonly Anomaly[]
  readonly wire: string
  /** The canonical form; `null` where it has the anomaly, too. */
  readonly canonical: string | null
  /** What the verbatim form is refused as; `null` where it is not. */
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
    // The same number, though not the same digits.
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
  // Several at once: what is mended for one must be found by the next.
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

test('every anomaly that there is is forwarded here', () => {
  expect(new Set(CASES.flatMap(({ anomalies }) => anomalies))).toEqual(new Set(ANOMALIES))
})

describe.each(CASES)(
  'a head with $anomalies: $wire',
  ({ anomalies, wire, canonical, code, method }) => {
    const head = () => read(wire, method)
    const bytes = wire.trimStart()

    test('is one', () => {
      expect(head().anomalies).toEqual(anomalies)
    })

    test('in canonical form has none', () => {
      if (canonical === null)
        expectRefused(() => writeHead(head(), {}, method), code ?? 'BARE_CR', 0)
      else {
        expect(writeHead(head(), {}, method)).toBe(canonical)
        expect(writeHead(head(), { allowAnomalies: true }, method)).toBe(canonical)
        expect(read(canonical, method).anomalies).toEqual([])
      }
    })

    test('in canonical form is written so from a copy of its fields, too', () => {
      // The version is the caller's then, and 1.0 does not fit.
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

    test('keeps its anomalies and its fields, written or not', () => {
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

    test('verbatim is refused unless anomalies are allowed', () => {
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

describe('what the caller puts into fields that were read with anomalies', () => {
  const WIRE = `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`

  test('is the caller’s, and is written', () => {
    const head = read(WIRE)
    head.headers.deleteHopByHop().set('Content-Length', '7')
    expect(writeHead(head)).toBe(`${OK}Content-Length: 7\r\n\r\n`)
  })

  test('is refused where it is as wrong as what came', () => {
    const head = read(WIRE)
    head.headers.append('Content-Length', '7')
    expect(() => writeHead(head)).toThrow(
      expect.objectContaining({ code: 'LENGTH_WITH_TRANSFER_ENCODING', side: 'local' }),
    )
  })
})
