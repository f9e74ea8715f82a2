/**
 * The command line of `httpwire parse`: input files, options, and errors for wrong arguments.
 */

import { describe, expect, test } from 'vitest'
import { LENIENCY_OPTIONS } from '../../src/cli/arguments.ts'
import { DEFAULT_LIMITS } from '../../src/index.ts'
import { STRICT } from '../../src/limits.ts'
import { byteByByte, bytesOf, command } from './command.ts'

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

/** The error code that `parse` reports, or its count of messages if it succeeds. */
async function verdict(input: string, ...options: string[]): Promise<string> {
  const { code, stderr, stdout } = await command(['parse', ...options], { input: [input] })
  if (code === 0) return /(\d+ messages?) in/.exec(stdout)?.[1] ?? stdout
  return /^error: (\w+)/.exec(stderr)?.[1] ?? stderr
}

describe('the input file', () => {
  test.each([
    [['parse'], undefined],
    [['parse', '-'], undefined],
    [['parse', 'a.http'], 'a.http'],
    [['--json', 'parse', 'a.http'], 'a.http'],
    [['parse', '--', '--json'], '--json'],
  ])('for the arguments %j is %j', async (argv, file) => {
    expect(await command(argv)).toMatchObject({ code: 0, files: [file] })
  })
})

describe('--kind', () => {
  test.each([
    ['requests', GET, 'request'],
    ['requests after empty lines', `\r\n\r\n${GET}`, 'request'],
    ['responses', OK, 'response'],
    ['responses after empty lines', `\r\n${OK}`, 'response'],
  ])('is not needed for %s, whole or byte by byte', async (_what, input, kind) => {
    for (const chunks of [[input], byteByByte(bytesOf(input))]) {
      const { code, stdout } = await command(['parse'], { input: chunks })
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^${kind} 1,`))
    }
  })

  test('overrides the kind that the first start-line suggests', async () => {
    expect(await verdict(OK, '--kind', 'request')).toBe('INVALID_METHOD')
    expect(await verdict(GET, '--kind', 'response')).toBe('INVALID_VERSION')
    expect(await verdict(GET, '--kind=request')).toBe('1 message')
    expect(await verdict(OK, '--kind=response')).toBe('1 message')
  })

  test('defaults to request if the input ends too early to tell', async () => {
    expect(await verdict('HTT')).toBe('TRUNCATED')
    const { stderr } = await command(['parse'], { input: ['HTT'] })
    expect(stderr).toContain('\n  answer      400\n')
  })

  test('is not detected after more than maxEmptyLines empty lines, which are an error', async () => {
    const input = Array.from({ length: 20 }, () => '\r\n')
    const { code, stderr, taken } = await command(['parse'], { input })
    expect(code).toBe(1)
    expect(stderr).toContain('error: TOO_MANY_EMPTY_LINES,')
    expect(taken).toBe(DEFAULT_LIMITS.maxEmptyLines + 1)
  })

  test('is detected after exactly maxEmptyLines empty lines', async () => {
    const input = '\r\n'.repeat(9) + OK
    expect(await verdict(input, '--limit', 'maxEmptyLines=9')).toBe('1 message')
    expect(await verdict(input, '--limit', 'maxEmptyLines=8')).toBe('TOO_MANY_EMPTY_LINES')
  })
})

describe('--request-method', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'

  test('tells, in order, which responses have no body', async () => {
    const methods = ['--request-method', 'HEAD', '--request-method=GET']
    expect(await verdict(`${head}${head}12345`, ...methods)).toBe('2 messages')
    expect(await verdict(`${head}${head}12345`)).toBe('INVALID_VERSION')
  })

  test('implies --kind response', async () => {
    expect(await verdict(GET, '--request-method', 'GET')).toBe('INVALID_VERSION')
  })
})

describe('the leniency options', () => {
  test('exist for each leniency, with its name in kebab case', () => {
    expect(LENIENCY_OPTIONS.map(([name]) => name)).toEqual(Object.keys(STRICT))
    expect(Object.fromEntries(LENIENCY_OPTIONS)).toMatchObject({
      allowBareLf: 'allow-bare-lf',
      allowLengthWithTransferEncoding: 'allow-length-with-transfer-encoding',
    })
  })

  test.each([
    ['--allow-bare-lf', 'GET / HTTP/1.1\nHost: h\n\n', 'BARE_LF'],
    ['--allow-missing-host', 'GET / HTTP/1.1\r\n\r\n', 'MISSING_HOST'],
    [
      '--allow-length-with-transfer-encoding',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'LENGTH_WITH_TRANSFER_ENCODING',
    ],
    [
      '--allow-space-after-chunk-size',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0 \r\n\r\n',
      'INVALID_CHUNK_SIZE',
    ],
  ])('accept input that is refused without them: %s', async (option, input, code) => {
    expect(await verdict(input)).toBe(code)
    expect(await verdict(input, option)).toBe('1 message')
    const others = LENIENCY_OPTIONS.map(([, name]) => `--${name}`).filter((one) => one !== option)
    expect(await verdict(input, ...others)).toBe(code)
  })
})

describe('--limit', () => {
  test('changes one limit or several', async () => {
    // The head has 27 bytes.
    expect(await verdict(GET, '--limit', 'maxHead=27')).toBe('1 message')
    expect(await verdict(GET, '--limit', 'maxHead=26')).toBe('HEAD_TOO_LARGE')
    const both = ['--limit=maxHead=27', '--limit=maxTarget=1']
    expect(await verdict(GET.replace('/', '/x'), ...both)).toBe('TARGET_TOO_LONG')
  })

  test('accepts the name of every limit', async () => {
    const all = Object.keys(DEFAULT_LIMITS).map((name) => `--limit=${name}=100`)
    expect(await verdict(GET, ...all)).toBe('1 message')
  })
})

describe('a wrong command line', () => {
  test.each([
    [[], 'no command given; the only one is parse'],
    [['pars'], "unknown command 'pars'; the only one is parse"],
    [['parse', 'a', 'b'], "only one file can be read: 'b' is one too many"],
    [['parse', '--jsn'], "Unknown option '--jsn'"],
    [['parse', '--json=yes'], "Option '--json' does not take an argument"],
    [['parse', '--kind'], "Option '--kind <value>' argument missing"],
    [['parse', '--kind', 'both'], "--kind is request or response, not 'both'"],
    [
      ['parse', '--kind=request', '--request-method=HEAD'],
      '--request-method is for responses, but --kind is request',
    ],
    [['parse', '--request-method='], "--request-method is a method, not ''"],
    [['parse', '--request-method=a b'], "--request-method is a method, not 'a b'"],
    [['parse', '--request-method=head'], "--request-method is case-sensitive: HEAD, not 'head'"],
    [
      ['parse', '--limit', 'maxHead'],
      "--limit takes NAME=NUMBER, as in maxHead=1000, not 'maxHead'",
    ],
    [
      ['parse', '--limit', 'maxHead=1e3'],
      "--limit takes NAME=NUMBER, as in maxHead=1000, not 'maxHead=1e3'",
    ],
    [
      ['parse', '--limit', 'maxHeads=1'],
      `unknown limit 'maxHeads'; known: ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
    ],
    [
      ['parse', '--limit', '__proto__=1'],
      `unknown limit '__proto__'; known: ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
    ],
    [
      ['parse', '--limit', 'maxHead=0'],
      '--limit maxHead must be an integer from 1 to 9007199254740991, not 0',
    ],
    [
      ['parse', '\x1b[2J', 'b\x1b[2J\u009b'],
      "only one file can be read: 'b\\x1B[2J\\xC2\\x9B' is one too many",
    ],
  ])('%j is refused before anything is read', async (argv, message) => {
    const { code, stdout, stderr, files } = await command(argv)
    expect(stderr).toBe(`httpwire: ${message}\nsee httpwire --help\n`)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(files).toEqual([])
  })
})

describe('--help and --version', () => {
  test.each([['--help'], ['-h'], ['parse', '--help'], ['parse', '-h', 'x']])(
    'lists every option, limit and exit code: %s (case %#)',
    async (...argv) => {
      const { code, stdout, stderr } = await command(argv)
      expect(code).toBe(0)
      expect(stderr).toBe('')
      for (const [, option] of LENIENCY_OPTIONS) expect(stdout).toContain(`--${option} `)
      for (const option of ['json', 'kind', 'request-method', 'limit', 'help', 'version']) {
        expect(stdout).toContain(`--${option} `)
      }
      for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
        expect(stdout).toMatch(new RegExp(`\\b${name} +${value}\n`))
      }
      expect(stdout).toMatch(/\nExit code:\n {2}0 .*\n {2}1 .*\n {5}.*\n {2}2 .*\n$/)
    },
  )

  test('fits a terminal of 100 columns', async () => {
    const { stdout } = await command(['--help'])
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  test.each([['--version'], ['-v'], ['parse', '--version']])('%s prints 1.2.3', async (...argv) => {
    expect(await command(argv)).toMatchObject({ code: 0, stdout: '1.2.3\n', files: [] })
  })
})
