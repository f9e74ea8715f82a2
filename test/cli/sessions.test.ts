/**
 * The captured session that `npm start` shows: the files match the manifest, and the parsed messages match
 * what the captured programs are known to have sent.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/index.ts'

interface Capture {
  readonly file: string
  readonly what: string
  readonly kind: 'request' | 'response'
  readonly requestMethods?: string[]
  readonly program: string
  readonly version: string
  readonly date: string
  readonly bytes: number
  readonly sha256: string
}

const folder = new URL('../fixtures/sessions/', import.meta.url)
const { files }: { files: Capture[] } = JSON.parse(
  readFileSync(new URL('manifest.json', folder), 'utf8'),
)

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'GET', 'GET', 'DELETE', 'GET']

function read(file: string): Buffer {
  return readFileSync(new URL(file, folder))
}

describe('the manifest', () => {
  test('has an entry for every captured file and for no other', () => {
    const captured = readdirSync(folder).filter((name) => name.endsWith('.http'))
    expect(files.map(({ file }) => file).sort()).toEqual(captured.sort())
  })

  test.each(files)('describes $file', ({ file, program, version, date, bytes, sha256 }) => {
    const content = read(file)
    expect(content).toHaveLength(bytes)
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
    expect(program).not.toBe('')
    expect(version).toMatch(/^v?\d+\.\d+/)
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  test.each(files)('lists $file, whose Host fields hold only loopback addresses', ({ file }) => {
    const hosts = read(file)
      .toString('latin1')
      .matchAll(/^Host: (.*)\r$/gm)
    for (const [, host] of hosts) expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
  })
})

describe('keep-alive.http', () => {
  const { messages, rest } = parse(read('keep-alive.http'), { kind: 'request' })

  test('contains eight requests, and nothing else', () => {
    expect(rest).toHaveLength(0)
    expect(messages.map(({ head }) => `${head.method} ${head.target}`)).toEqual([
      'GET /',
      'HEAD /',
      'POST /items?draft=1',
      'PUT /notes/today.txt',
      'GET /style.css',
      'GET /',
      'DELETE /items/7',
      'GET /report',
    ])
    expect(messages.map(({ head }) => head.method)).toEqual(METHODS)
  })

  test('keeps the connection alive until the last request', () => {
    const kept = messages.map(({ head }) => head.keepAlive)
    expect(kept).toEqual([true, true, true, true, true, true, true, false])
  })

  test('has one body with Content-Length, one chunked that expects 100 (Continue), and no other', () => {
    const framings = messages.map(({ head }) => head.framing)
    expect(framings).toEqual(['none', 'none', 'length', 'chunked', 'none', 'none', 'none', 'none'])
    expect(messages.map(({ head }) => head.expectsContinue).indexOf(true)).toBe(3)
    const bodies = messages.map(({ body }) => Buffer.from(body).toString())
    expect(bodies[2]).toBe('{"name":"café table","price":129.5}')
    expect(bodies[3]).toBe(
      'Monday: read RFC 9112.\nTuesday: read it again.\nWednesday: section 6.3.\n',
    )
  })

  test('has no anomalies', () => {
    for (const { head } of messages) expect(head.anomalies).toEqual([])
  })
})

describe('keep-alive.response.http', () => {
  const requestMethods = files.find(({ kind }) => kind === 'response')?.requestMethods ?? []
  const bytes = read('keep-alive.response.http')
  const { messages, rest } = parse(bytes, { kind: 'response', requestMethods })

  test('contains a response to each request, and a 100 for the upload', () => {
    expect(requestMethods).toEqual(METHODS)
    expect(rest).toHaveLength(0)
    const statuses = messages.map(({ head }) => head.status)
    expect(statuses).toEqual([200, 200, 201, 100, 204, 200, 304, 204, 200])
  })

  test('has a page with its Content-Length, and the same length without content for HEAD', () => {
    const [page, head] = messages
    expect(Buffer.from(page?.body ?? []).toString()).toMatch(/^<!doctype html>\n.*<\/p>\n$/s)
    expect(page?.body).toHaveLength(60)
    expect(head?.head).toMatchObject({ framing: 'none', contentLength: 60 })
    expect(head?.body).toHaveLength(0)
    expect(page?.head.headers.getAll('set-cookie')).toEqual([
      'seen=1; Path=/',
      'visit=2024; Path=/; HttpOnly',
    ])
  })

  test('has a style sheet in gzip, which is reported and not decoded', () => {
    const style = messages[5]
    expect(style?.head.contentCodings).toEqual(['gzip'])
    expect(gunzipSync(style?.body ?? Buffer.alloc(0)).toString()).toBe(
      '.wire { color: teal; font-family: monospace }\n'.repeat(20),
    )
  })

  test('ends with a chunked response with a trailer, which ends the connection', () => {
    const report = messages[8]
    expect(report?.head).toMatchObject({ framing: 'chunked', keepAlive: false })
    expect(Buffer.from(report?.body ?? []).toString()).toBe('one line\nand another\n')
    expect(report?.trailers.toJSON()).toEqual([['X-Lines', '2']])
  })
})
