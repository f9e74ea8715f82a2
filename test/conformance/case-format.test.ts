/**
 * The reader of the conformance cases: a case means what test/fixtures/cases/README.md says, and a
 * malformed case is refused instead of being guessed at.
 */

import { describe, expect, it } from 'vitest'
import { readCases } from '../support/cases.ts'

const REQUEST = String.raw`== a title
row: start-line; Host
rfc: 9112 s. 3; 9112 s. 6.3 rule 7
attack: one; two
kind: request
limits: maxFields=2, maxHead=80
leniency: allowBareLf
chunk-boundaries: yes
resume: yes
| \r\n
| GET /\\ HTTP/1.1\r\n
| Host: \t a \x80\x20\r\n
| \r\n
=> request GET /\\ [origin, 1.1, no body, keep-alive, anomaly empty-lines]
=> end
`

const RESPONSE = String.raw`== another title
rfc: 9112 s. 4
kind: response
methods: HEAD, GET
| HTTP/1.1 200 Fine, thanks [1]\r\n
| \r\n
=> response 200 Fine, thanks [1] [1.1, until-close, close]
| ab\n
=> data ab\n
| c
=> data c
   ^ TRUNCATED 502: in a body
`

const CHUNKED = String.raw`== a third title
rfc: 9112 s. 7.1
kind: request
chunk-boundaries: yes
| POST / HTTP/1.1\r\n
| Host: a\r\n
| Transfer-Encoding: chunked\r\n
| \r\n
=> request POST / [origin, 1.1, chunked, close, upgrades, expects-continue, content-codings br]
   Host: b
   X:
| 0;a\r\n
=> chunk 0 a="b \"c" d
| X: 1\r\n
| \r\n
=> end
   X: 1
=> switching
| rest
`

describe('a case', () => {
  it('has the properties that its keys state', () => {
    expect(readCases(REQUEST, 'file.txt')).toMatchObject([
      {
        file: 'file.txt',
        line: 1,
        title: 'a title',
        rows: ['start-line', 'Host'],
        rfc: ['9112 s. 3', '9112 s. 6.3 rule 7'],
        attacks: ['one', 'two'],
        atLimit: null,
        kind: 'request',
        options: {
          limits: { maxFields: 2, maxHead: 80 },
          leniency: { allowBareLf: true },
          chunkBoundaries: true,
        },
        requestMethods: [],
        resume: true,
        error: null,
        rest: null,
      },
    ])
    expect(readCases(RESPONSE, 'file.txt')[0]?.requestMethods).toEqual(['HEAD', 'GET'])
  })

  it('has the bytes that its lines spell, escapes included', () => {
    expect(readCases(REQUEST, 'file.txt')[0]?.input).toEqual(
      new Uint8Array(Buffer.from('\r\nGET /\\ HTTP/1.1\r\nHost: \t a \x80 \r\n\r\n', 'latin1')),
    )
  })

  it('has a head with the offset, bytes and fields of its lines, after any empty lines', () => {
    expect(readCases(REQUEST, 'file.txt')[0]?.events).toEqual([
      {
        type: 'request',
        method: 'GET',
        target: '/\\',
        targetForm: 'origin',
        version: '1.1',
        headers: [['Host', 'a \x80']],
        framing: 'none',
        contentLength: null,
        keepAlive: true,
        contentCodings: [],
        transferCodings: [],
        anomalies: ['empty-lines'],
        upgrades: false,
        expectsContinue: false,
        offset: 2,
        bytes: 'GET /\\ HTTP/1.1\r\nHost: \t a \x80 \r\n\r\n',
      },
      { type: 'end', trailers: [] },
    ])
  })

  it('has an error at the byte above its caret, and adjacent data as one event', () => {
    const [one] = readCases(RESPONSE, 'file.txt')
    expect(one?.events).toMatchObject([
      { type: 'response', status: 200, reason: 'Fine, thanks [1]', framing: 'until-close' },
      { type: 'data', bytes: 'ab\nc' },
    ])
    expect(one?.error).toMatchObject({
      code: 'TRUNCATED',
      offset: 37,
      status: 502,
      detail: 'in a body',
    })
  })

  it('has the fields, trailers, chunk extensions and remaining bytes that are written out', () => {
    const [one] = readCases(CHUNKED, 'file.txt')
    expect(one?.events).toMatchObject([
      {
        headers: [
          ['Host', 'b'],
          ['X', ''],
        ],
        framing: 'chunked',
        transferCodings: ['chunked'],
        contentCodings: ['br'],
        keepAlive: false,
        upgrades: true,
        expectsContinue: true,
      },
      {
        type: 'chunk',
        size: 0,
        extensions: [
          { name: 'a', value: 'b "c' },
          { name: 'd', value: null },
        ],
      },
      { type: 'end', trailers: [['X', '1']] },
    ])
    expect(one?.rest).toBe('rest')
  })

  it('states after how many bytes each event is due', () => {
    expect(readCases(CHUNKED, 'file.txt')[0]?.dueAt).toEqual([56, 61, 69])
    expect(readCases(`${RESPONSE.replace(/ {3}\^.*/, '=> end')}`, 'file.txt')[0]?.dueAt).toEqual([
      33,
      37,
      Number.POSITIVE_INFINITY,
    ])
  })

  it('has the line number and title at which it begins in its file', () => {
    const cases = readCases(`# a comment\n\n${REQUEST}\n${RESPONSE}`, 'file.txt')
    expect(cases.map(({ line, title }) => [line, title])).toEqual([
      [3, 'a title'],
      [19, 'another title'],
    ])
  })
})

describe('a malformed case', () => {
  const refused: readonly (readonly [what: string, from: string, to: string])[] = [
    ['with an unknown key', 'kind: request', 'kind: request\ncolour: red'],
    ['with a key twice', 'kind: request', 'kind: request\nkind: request'],
    ['with a key after its bytes', '=> end', 'rfc: 9112 s. 3\n=> end'],
    ['without a kind', 'kind: request\n', ''],
    ['with an unknown kind', 'kind: request', 'kind: both'],
    ['without a clause', 'rfc: 9112 s. 3; 9112 s. 6.3 rule 7\n', ''],
    ['with a clause that is none', '9112 s. 3;', '9112 section 3;'],
    ['with a clause of another RFC', '9112 s. 3;', '2616 s. 3;'],
    ['with an unknown limit', 'maxFields', 'maxfields'],
    ['with a limit that is no number', 'maxFields=2', 'maxFields=two'],
    ['with an unknown leniency', 'allowBareLf', 'insecure'],
    ['with a switch that is not yes', 'resume: yes', 'resume: no'],
    ['with an unknown escape', '\\t', '\\q'],
    ['with a byte spelled the long way', '\\t', '\\x09'],
    ['with a byte in lower-case digits', '\\x80', '\\xff'],
    ['with a line of the wire that is not a line of the file', '\\r\\n\n| Host', '\\r\\nHost'],
    ['with a character that is not ASCII', 'a title', 'a t\u00eftle'],
    ['with a tab', 'GET /', 'GET\t/'],
    ['with a space at the end of a line', '=> end', '=> end '],
    ['with an unknown event', '=> end', '=> finish'],
    ['with words after an event', '=> end', '=> end of it'],
    ['with an event of the other kind', '=> request GET /\\\\', '=> response 200'],
    ['with an end without a head', /=> request.*\n/.exec(REQUEST)?.[0] ?? '', ''],
    ['without the end of a message', '=> end\n', ''],
    ['with an unknown word in brackets', 'no body', 'nobody'],
    ['with brackets in another order', '1.1, no body', 'no body, 1.1'],
    ['with an unknown anomaly', 'anomaly empty-lines', 'anomaly strange'],
    ['with an unknown property', 'anomaly empty-lines', 'strange'],
    ['without a target form', 'origin, ', ''],
    ['with an error under no byte', '=> end', '=> end\n ^ BARE_LF 400'],
    ['with an unknown error', '=> end', '=> end\n  ^ BAD_LUCK 400'],
    ['with an error without a status', '=> end', '=> end\n  ^ BARE_LF'],
    ['with two errors', '=> end', '  ^ BARE_LF 400\n  ^ BARE_LF 400'],
    ['with an event after its error', '=> end', '  ^ BARE_LF 400\n=> end'],
    ['with an event after switching', '=> end', '=> end\n=> switching\n=> end'],
    ['with fields of no event', '| GET', '   Host: a\n| GET'],
    ['with folded lines and no fields', '| \\r\\n\n=> request', '|  b\\r\\n\n| \\r\\n\n=> request'],
    ['without a line end after its last line', '=> end\n', '=> end'],
    ['before which none begins', '== a title\n', ''],
  ]

  it('is refused without bytes', () => {
    const keys = REQUEST.slice(0, REQUEST.indexOf('| '))
    expect(() => readCases(keys, 'file.txt')).toThrow('file.txt:1: a case without bytes')
  })

  it.each(refused)('is refused %s', (_, from, to) => {
    expect(REQUEST).toContain(from)
    expect(() => readCases(REQUEST.replaceAll(from, to), 'file.txt')).toThrow(/^file\.txt:\d+: /)
  })
})
