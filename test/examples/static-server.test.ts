/** The static server serves the files of its folder, whole or in parts, and nothing else. */

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestOver } from '../../src/node.ts'
import { curl, exchange, open, readAll, start } from './program.ts'

const PAGE = '<h1>Hello</h1>\n'
const TEXT = Array.from({ length: 500 }, (_, i) => `line ${i} of a text\n`).join('')
const DIGITS = '0123456789'
const LARGE = 192 * 2 ** 20
const MODIFIED = new Date('2024-05-06T07:08:09.500Z')

let top: string
let folder: string

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'httpwire-static-'))
  folder = join(top, 'site')
  await mkdir(join(folder, 'sub'), { recursive: true })
  const files: [string, string | Uint8Array][] = [
    ['../secret.txt', 'secret'],
    ['../site-other.txt', 'secret'],
    ['index.html', PAGE],
    ['sub/index.html', 'sub'],
    ['text.txt', TEXT],
    ['digits.bin', DIGITS],
    ['empty.txt', ''],
    ['.hidden', 'secret'],
    ['a b%.txt', 'spaced'],
    ['large.bin', ''],
  ]
  for (const [name, content] of files) await writeFile(join(folder, name), content)
  // A sparse file, which takes no space on the disk.
  await truncate(join(folder, 'large.bin'), LARGE)
  await symlink('../secret.txt', join(folder, 'outside.txt'))
  await symlink('../site-other.txt', join(folder, 'beside.txt'))
  await symlink('digits.bin', join(folder, 'inside.bin'))
  await utimes(join(folder, 'digits.bin'), MODIFIED, MODIFIED)
})

afterAll(() => rm(top, { recursive: true }))

async function site(): Promise<{ url: string; port: number }> {
  return start('static-server', '0', folder)
}

/** The response that fetch gets. Sends `Accept-Encoding: identity` unless `headers` override it. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { url } = await site()
  const init = { method, headers: { 'Accept-Encoding': 'identity', ...headers } }
  const response = await fetch(new URL(path, url), { ...init, redirect: 'manual' })
  const field = (name: string) => response.headers.get(name)
  return { status: response.status, text: await response.text(), field }
}

describe('a file', () => {
  test('is served with its type, length, modification date and entity tag', async () => {
    const { status, text, field } = await ask('digits.bin')
    expect([status, text]).toEqual([200, DIGITS])
    expect(field('content-type')).toBe('application/octet-stream')
    expect(field('content-length')).toBe('10')
    expect(field('last-modified')).toBe('Mon, 06 May 2024 07:08:09 GMT')
    expect(field('etag')).toMatch(/^"[^"]+"$/)
    expect(field('accept-ranges')).toBe('bytes')
  })

  test.each([
    ['', PAGE, 'text/html; charset=utf-8'],
    ['sub/', 'sub', 'text/html; charset=utf-8'],
    ['text.txt?query', TEXT, 'text/plain; charset=utf-8'],
    ['a%20b%25.txt', 'spaced', 'text/plain; charset=utf-8'],
    ['inside.bin', DIGITS, 'application/octet-stream'],
    ['empty.txt', '', 'text/plain; charset=utf-8'],
  ])('is served at the path %j with its type', async (path, content, type) => {
    const { status, text, field } = await ask(path)
    expect([status, text, field('content-type')]).toEqual([200, content, type])
  })

  test('is answered to HEAD without its content', async () => {
    const { port } = await site()
    const socket = await open(port)
    for (const coding of ['identity', 'gzip']) {
      const headers = { Host: 'a', 'Accept-Encoding': coding }
      const { head, body } = await requestOver(socket, {
        method: 'HEAD',
        target: '/text.txt',
        headers,
      })
      expect([head.status, await body.text()]).toEqual([200, ''])
      expect(head.contentLength).toBe(coding === 'gzip' ? null : TEXT.length)
    }
  })

  test('is served for a target in absolute-form', async () => {
    const { port } = await site()
    const request = ['GET http://any.example/digits.bin HTTP/1.1', 'Host: any.example']
    expect(await exchange(port, ...request, 'Connection: close', '', '')).toContain(`\r\n${DIGITS}`)
  })

  test('of 192 MiB is served to curl in full', async () => {
    const { url } = await site()
    const format = '%{http_code} %{size_download}'
    expect(await curl('-o', '/dev/null', '-w', format, `${url}large.bin`)).toBe(`200 ${LARGE}`)
  })
})

describe('gzip', () => {
  test('is applied to text for a client that accepts it, with a weak ETag and Vary', async () => {
    const { port } = await site()
    const headers = { Host: 'a', 'Accept-Encoding': 'gzip;q=0.5, br' }
    const { head, body } = await requestOver(await open(port), { target: '/text.txt', headers })
    expect(head.contentCodings).toEqual(['gzip'])
    expect(head.headers.get('etag')).toMatch(/^W\//)
    expect(head.headers.get('vary')).toBe('Accept-Encoding')
    expect(`${gunzipSync(await body.bytes())}`).toBe(TEXT)
  })

  test('gives curl --compressed the original text', async () => {
    const { url } = await site()
    expect(await curl('--compressed', `${url}text.txt`)).toBe(TEXT)
  })

  test.each(['digits.bin', ''])('is not applied to %j, which would not shrink', async (path) => {
    const { field } = await ask(path, { 'Accept-Encoding': 'gzip' })
    expect([field('content-encoding'), field('vary')]).toEqual([null, null])
  })

  test('is not applied to digits.bin for a client that refuses identity, which gets a 406', async () => {
    expect((await ask('digits.bin', { 'Accept-Encoding': 'identity;q=0' })).status).toBe(406)
  })

  test('is not applied to a range, which refers to the plain bytes', async () => {
    const { status, text, field } = await ask('text.txt', {
      'Accept-Encoding': 'gzip',
      Range: 'bytes=0-3',
    })
    expect([status, text, field('content-encoding')]).toEqual([206, 'line', null])
  })
})

describe('a range', () => {
  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99999999999999999999', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', DIGITS, 'bytes 0-9/10'],
  ])('is served for Range: %s', async (Range, content, told) => {
    const { status, text, field } = await ask('digits.bin', { Range })
    expect([status, text, field('content-range')]).toEqual([206, content, told])
    expect(field('content-length')).toBe(`${content.length}`)
  })

  test.each([
    ['digits.bin', 'bytes=10-', 'bytes */10'],
    ['digits.bin', 'bytes=-0', 'bytes */10'],
    ['empty.txt', 'bytes=0-', 'bytes */0'],
  ])('outside the file is answered with 416: %s, %s', async (path, Range, told) => {
    const { status, field } = await ask(path, { Range })
    expect([status, field('content-range')]).toEqual([416, told])
  })

  test.each(['bytes=4-2', 'bytes=-', 'bytes=0-1,3-4', 'lines=0-1', 'bytes 0-1', 'bytes=a-b'])(
    'that is invalid or not supported is ignored: %s',
    async (Range) => {
      const { status, text } = await ask('digits.bin', { Range })
      expect([status, text]).toEqual([200, DIGITS])
    },
  )

  test('is served only if If-Range holds the current strong entity tag', async () => {
    const tag = (await ask('digits.bin')).field('etag') ?? ''
    const Range = 'bytes=5-'
    expect((await ask('digits.bin', { Range, 'If-Range': tag })).text).toBe('56789')
    for (const other of ['"other"', `W/${tag}`, MODIFIED.toUTCString()]) {
      expect((await ask('digits.bin', { Range, 'If-Range': other })).text).toBe(DIGITS)
    }
  })

  test('is served to curl, which resumes a download', async () => {
    const { url } = await site()
    expect(await curl('-C', '6', `${url}digits.bin`)).toBe('6789')
  })
})

describe('a conditional request', () => {
  test('gets a 304 for the entity tag of the file, whichever coding it was sent with', async () => {
    const plain = (await ask('text.txt')).field('etag') ?? ''
    const coded = (await ask('text.txt', { 'Accept-Encoding': 'gzip' })).field('etag') ?? ''
    for (const tags of [plain, coded, `"a,b", ${plain}`, '*']) {
      const { status, text, field } = await ask('text.txt', { 'If-None-Match': tags })
      expect([status, text, field('etag')]).toEqual([304, '', plain])
      expect([field('content-length'), field('vary')]).toEqual([null, 'Accept-Encoding'])
    }
    expect((await ask('text.txt', { 'If-None-Match': '"other"' })).status).toBe(200)
  })

  test.each([
    ['Mon, 06 May 2024 07:08:08 GMT', 200],
    ['Mon, 06 May 2024 07:08:09 GMT', 304],
    ['Mon, 06 May 2024 07:08:10 GMT', 304],
    ['yesterday', 200],
  ])('with If-Modified-Since: %s gets %d if there is no If-None-Match', async (since, status) => {
    expect((await ask('digits.bin', { 'If-Modified-Since': since })).status).toBe(status)
    // RFC 9110 s. 13.1.3: If-None-Match takes precedence over the date.
    const both = { 'If-Modified-Since': since, 'If-None-Match': '"other"' }
    expect((await ask('digits.bin', both)).status).toBe(200)
  })
})

describe('a request with a precondition', () => {
  test.each([
    ['the tag of the file', 200, (tag: string) => tag],
    ['a list with its tag', 200, (tag: string) => `"other", ${tag}`],
    ['*', 200, () => '*'],
    ['another tag', 412, () => '"other"'],
    ['its tag, but as a weak one', 412, (tag: string) => `W/${tag}`],
  ])('that is If-Match with %s gets %d', async (_, status, match) => {
    const tag = (await ask('text.txt')).field('etag') ?? ''
    // Compressed content would have no strong tag.
    const headers = { 'If-Match': match(tag), 'Accept-Encoding': 'gzip' }
    expect((await ask('text.txt', headers)).status).toBe(status)
    const range = { 'If-Match': match(tag), Range: 'bytes=0-3' }
    expect((await ask('text.txt', range)).status).toBe(status === 200 ? 206 : 412)
  })

  test.each([
    ['Mon, 06 May 2024 07:08:08 GMT', 412],
    ['Mon, 06 May 2024 07:08:09 GMT', 200],
    ['Mon, 06 May 2024 07:08:10 GMT', 200],
    ['yesterday', 200],
  ])('that is If-Unmodified-Since: %s gets %d if there is no If-Match', async (since, status) => {
    expect((await ask('digits.bin', { 'If-Unmodified-Since': since })).status).toBe(status)
    const both = { 'If-Unmodified-Since': since, 'If-Match': '"other"' }
    expect((await ask('digits.bin', both)).status).toBe(412)
  })

  test('that fails gets a 412 even if the file is not modified, but a 404 if there is none', async () => {
    const headers = { 'If-Match': '"other"', 'If-None-Match': '*' }
    expect((await ask('digits.bin', headers)).status).toBe(412)
    expect((await ask('digits.bin', { 'If-None-Match': '*', 'If-Match': '*' })).status).toBe(304)
    expect((await ask('missing.txt', headers)).status).toBe(404)
  })
})

describe('the static server', () => {
  test.each([
    '/missing.txt',
    '/text.txt/',
    '/text.txt/more',
    '/../secret.txt',
    '/sub/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/sub%2findex.html',
    '/..%5csecret.txt',
    '/%252e%252e/secret.txt',
    '/.hidden',
    '/text.txt%00.html',
    '/%ff',
    '/%',
    '//etc/passwd',
    '//sub',
    '/outside.txt',
    '/beside.txt',
    `/${'a'.repeat(300)}`,
    'http://any.example',
  ])('answers %s with 404', async (target) => {
    const { port } = await site()
    // Sent as it is: fetch and curl would normalize the target.
    const output = await exchange(
      port,
      `GET ${target} HTTP/1.1`,
      'Host: a',
      'Connection: close',
      '',
      '',
    )
    expect(output).toMatch(/^HTTP\/1.1 404 /)
    expect(output).not.toContain('secret')
  })

  test('answers DELETE with 405 and the allowed methods', async () => {
    const { status, field } = await ask('digits.bin', {}, 'DELETE')
    expect([status, field('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('redirects a folder without a trailing slash to the path with one', async () => {
    const { status, field } = await ask('sub')
    expect([status, field('location')]).toEqual([301, '/sub/'])
  })
})

test.skipIf(!existsSync('/proc/self/status'))('a file is read only as it is sent', async () => {
  const { port, pid } = await start('static-server', '0', folder)
  const before = memory(pid)
  const socket = await open(port)
  socket.write('GET /large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await once(socket, 'readable')
  await new Promise((resolve) => setTimeout(resolve, 300))
  // Nothing reads from the socket: what the server could send is in buffers of the system.
  expect(socket.bytesRead).toBeLessThan(LARGE / 8)
  expect(memory(pid) - before).toBeLessThan(LARGE / 4)
  let received = 0
  for await (const chunk of socket) received += chunk.length
  expect(received).toBeGreaterThan(LARGE)
  expect(memory(pid) - before).toBeLessThan(LARGE / 2)
})

/** The peak memory of a process, in bytes. */
function memory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024
}

test('the static server closes the file when the client disconnects, and exits on SIGTERM', async () => {
  const { port, end } = await start('static-server', '0', folder)
  for (let i = 0; i < 5; i++) {
    const socket = await open(port)
    socket.write('GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'readable')
    socket.destroy()
  }
  // A file that is still being read would keep the program from exiting.
  expect(await end()).toEqual({ code: 0, signal: null })
})

test('the static server completes a transfer before it exits on SIGTERM', async () => {
  const { port, end } = await start('static-server', '0', folder)
  const socket = await open(port)
  socket.write('GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'readable')
  const ended = end()
  expect((await readAll(socket)).length).toBeGreaterThan(LARGE)
  expect(await ended).toEqual({ code: 0, signal: null })
})
