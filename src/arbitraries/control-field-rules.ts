/**
 * Violations of the fields that control a message (Host, Content-Length, Transfer-Encoding, Expect),
 * each made by replacing the valid lines.
 */

import * as fc from 'fast-check'
import type { ErrorCode, Version } from 'httpwire'
import { type AnyDraft, broken, drafts, type Kind, type Rule } from './broken.ts'
import {
  amongLines,
  type FieldLine,
  isNamed,
  type LineStyle,
  lineStyle,
  makeLine,
  place,
} from './fields.ts'

/** Lines that break a rule, given the length of the content. */
type BadLines = (length: number) => readonly FieldLine[]

interface BadFields {
  readonly rule: string
  readonly code: ErrorCode
  readonly kinds: readonly Kind[]
  /** The framing of the messages to break; `undefined` for any. */
  readonly framing: 'length' | 'chunked' | undefined
  /** The fields to remove, in lower case. */
  readonly replaced: readonly string[]
  readonly lines: readonly BadLines[]
  /** Whether the line is folded after the colon, which serializer input cannot express. */
  readonly folded?: true
  /** What the head must be for the rule to be broken. */
  readonly head?: { readonly method?: string; readonly target?: string; readonly version?: Version }
}

const BOTH: readonly Kind[] = ['request', 'response']
const REQUESTS: readonly Kind[] = ['request']
const RESPONSES: readonly Kind[] = ['response']

/** For each of `values`, one line of the field `name`. */
function each(name: string, ...values: string[]): BadLines[] {
  return values.map((value) => () => [[name, value]])
}

function host(rule: string, code: ErrorCode, ...lines: BadLines[]): BadFields {
  const head = { version: '1.1' } as const
  return { rule, code, kinds: REQUESTS, framing: undefined, replaced: ['host'], lines, head }
}

function length(rule: string, code: ErrorCode, kinds: readonly Kind[], lines: BadLines[]) {
  return { rule, code, kinds, framing: 'length', replaced: ['content-length'], lines } as const
}

function badLength(rule: string, ...values: string[]): BadFields {
  return length(rule, 'INVALID_CONTENT_LENGTH', BOTH, each('Content-Length', ...values))
}

function codings(rule: string, code: ErrorCode, kinds: readonly Kind[], ...values: string[]) {
  const replaced = ['transfer-encoding']
  const lines = each('Transfer-Encoding', ...values)
  return { rule, code, kinds, framing: 'chunked', replaced, lines } as const
}

const HOST: readonly BadFields[] = [
  host('no Host in HTTP/1.1', 'MISSING_HOST', () => []),
  host(
    'more than one Host',
    'REPEATED_HOST',
    () => [
      ['Host', 'a'],
      ['Host', 'a'],
    ],
    () => [
      ['Host', 'a'],
      ['Host', 'b'],
    ],
    () => [
      ['Host', ''],
      ['Host', 'a'],
      ['Host', 'a'],
    ],
  ),
  host(
    'a Host that is not a host with an optional port',
    'INVALID_HOST',
    ...each('Host', 'a b', 'a/b', 'u@a', 'a:b', 'a:65536', '[::1', '[1]', '[::1]a', 'a%2', 'a?'),
    ...each('Host', 'http://a', 'a, b', '\xe9', 'a:80:80', '"a"', 'a\\b', 'a#'),
  ),
]

const CONTENT_LENGTH: readonly BadFields[] = [
  badLength('an empty Content-Length', ''),
  badLength('a Content-Length with a sign', '-1', '+1', '-0', '+0'),
  badLength(
    'a Content-Length that is not digits',
    ...['0x1', '1e1', '1.0', '1_0', '1 0', '0b1', '1;', 'x', '"1"', '\xb2', '1n'],
  ),
  badLength(
    'a Content-Length above 2^53-1',
    ...['9007199254740992', '18446744073709551617', '99999999999999999999999', '1'.repeat(400)],
  ),
  length('Content-Length on two lines', 'REPEATED_CONTENT_LENGTH', REQUESTS, [
    (length) => [
      ['Content-Length', `${length}`],
      ['Content-Length', `${length}`],
    ],
    (length) => [
      ['Content-Length', `${length}`],
      ['Content-Length', `${length + 1}`],
    ],
  ]),
  length('a list of the same Content-Length', 'REPEATED_CONTENT_LENGTH', REQUESTS, [
    (length) => [['Content-Length', `${length}, ${length}`]],
    (length) => [['Content-Length', `${length},${length},${length}`]],
  ]),
  length('a list of differing Content-Lengths', 'CONFLICTING_CONTENT_LENGTH', BOTH, [
    (length) => [['Content-Length', `${length}, ${length + 1}`]],
    (length) => [['Content-Length', `${length + 1},${length}`]],
  ]),
  length('differing Content-Lengths on two lines', 'CONFLICTING_CONTENT_LENGTH', RESPONSES, [
    (length) => [
      ['Content-Length', `${length}`],
      ['Content-Length', `${length + 1}`],
    ],
  ]),
]

const TRANSFER_ENCODING: readonly BadFields[] = [
  codings(
    'chunked more than once',
    'REPEATED_CHUNKED',
    BOTH,
    'chunked, chunked',
    'Chunked,chunked',
  ),
  {
    ...codings('chunked on two lines', 'REPEATED_CHUNKED', BOTH),
    lines: [
      () => [
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ],
  },
  codings(
    'a transfer coding with parameters',
    'INVALID_TRANSFER_ENCODING',
    BOTH,
    ...['chunked;a=b', 'chunked ; a="b"', 'gzip;q=1, chunked'],
  ),
  codings(
    'a Transfer-Encoding that is no list of codings',
    'INVALID_TRANSFER_ENCODING',
    BOTH,
    ...['', ',', 'chun ked', '"chunked"', '=chunked', 'chunked;', 'gzip chunked', 'chunked\xa0'],
  ),
  codings(
    'an empty member in Transfer-Encoding',
    'INVALID_TRANSFER_ENCODING',
    REQUESTS,
    ...[',chunked', 'gzip,, chunked', 'chunked,'],
  ),
  codings(
    'chunked not last',
    'CHUNKED_NOT_LAST',
    REQUESTS,
    ...['gzip', 'chunked, gzip', 'chunked, gzip, deflate'],
  ),
  codings(
    'an unknown transfer coding',
    'UNKNOWN_TRANSFER_CODING',
    REQUESTS,
    ...['xchunked, chunked', 'identity, chunked', 'x;a="b,c", chunked', 'br,gzip, chunked'],
  ),
  {
    ...codings('Content-Length with Transfer-Encoding', 'LENGTH_WITH_TRANSFER_ENCODING', BOTH),
    replaced: [],
    lines: [
      (length) => [['Content-Length', `${length}`]],
      () => [['Content-Length', '0']],
      () => [['Content-Length', '3']],
    ],
  },
  {
    ...codings(
      'Transfer-Encoding in HTTP/1.0',
      'TRANSFER_ENCODING_IN_HTTP_1_0',
      REQUESTS,
      'chunked',
    ),
    head: { version: '1.0' },
  },
]

const FOLDED: readonly BadFields[] = [
  {
    ...length('a folded Content-Length', 'FOLDED_FRAMING_FIELD', RESPONSES, [
      (length) => [['Content-Length', `${length}`]],
    ]),
    folded: true,
  },
  {
    ...codings('a folded Transfer-Encoding', 'FOLDED_FRAMING_FIELD', RESPONSES, 'chunked'),
    folded: true,
  },
]

const CONNECT = { method: 'CONNECT', target: 'a.example:443' }

const OTHERS: readonly BadFields[] = [
  {
    ...length('CONNECT with Content-Length', 'CONTENT_IN_CONNECT', REQUESTS, [
      (length) => [
        ['Content-Length', `${length + 1}`],
        ['Host', CONNECT.target],
      ],
    ]),
    replaced: ['content-length', 'host'],
    head: CONNECT,
  },
  {
    ...codings('CONNECT with Transfer-Encoding', 'CONTENT_IN_CONNECT', REQUESTS),
    replaced: ['host'],
    lines: [() => [['Host', CONNECT.target]]],
    head: CONNECT,
  },
  {
    rule: 'an expectation other than 100-continue',
    code: 'UNKNOWN_EXPECTATION',
    kinds: REQUESTS,
    framing: undefined,
    replaced: ['expect'],
    lines: [
      ...each('Expect', '', 'x', '200-ok', '100-continue;a', '100-continue, 100-continue', '100'),
      () => [
        ['Expect', '100-continue'],
        ['Expect', '100-continue'],
      ],
    ],
  },
]

function ruleOf(kind: Kind, bad: BadFields): Rule {
  const { rule, code, framing, lines, folded = false } = bad
  const messages = fc
    .record({
      draft: drafts(kind, framing),
      make: fc.constantFrom(...lines),
      styles: fc.array(lineStyle, { minLength: 3, maxLength: 3 }),
      place,
    })
    .map(({ draft, make, styles, place }) =>
      broken(
        changed(draft, bad, make(draft.body.content.length), styles, place),
        folded ? null : code,
      ),
    )
  return { kind, rule, code, broken: messages }
}

function changed(
  draft: AnyDraft,
  { head, replaced, folded }: BadFields,
  fields: readonly FieldLine[],
  styles: readonly LineStyle[],
  place: number,
): AnyDraft {
  const bad = fields.map(([name, value], i) => {
    const style = styles[i] ?? { casing: 0, before: ' ', after: '' }
    return makeLine(name, value, folded ? { ...style, before: '\r\n ' } : style)
  })
  const kept = draft.lines.filter((line) => !replaced.some((name) => isNamed(line, name)))
  return { ...withHead(draft, head ?? {}), lines: amongLines(kept, bad, place) }
}

function withHead(draft: AnyDraft, change: NonNullable<BadFields['head']>): AnyDraft {
  if (!('method' in draft.head)) return draft
  const head = { ...draft.head, ...change }
  return { ...draft, head, startLine: `${head.method} ${head.target} HTTP/${head.version}\r\n` }
}

export const CONTROL_FIELD_RULES: readonly Rule[] = [
  ...HOST,
  ...CONTENT_LENGTH,
  ...TRANSFER_ENCODING,
  ...FOLDED,
  ...OTHERS,
].flatMap((bad) => bad.kinds.map((kind) => ruleOf(kind, bad)))
