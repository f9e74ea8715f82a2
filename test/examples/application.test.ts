/** The application: called directly, and run by its server as a program. */

import { describe, expect, test } from 'vitest'
import { curl, exchange, start } from './program.ts'

type Request = ReturnType<typeof request> & { parameters?: object }
type Application = (request: Request) => Promise<{ status: number; headers: object; body: string }>

/** The examples are JavaScript, so their types are declared here. */
const {
  explained,
  notebook,
  router,
}: {
  explained: (report: (error: unknown) => void, application: () => never) => Application
  notebook: (options?: { notes?: string[]; log?: (line: string) => void }) => Application
  router: (routes: [method: string, pattern: string, (request: Request) => object][]) => Application
} = await import(new URL('../../examples/application.mjs', import.meta.url).href)

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

function request(method: string, path: string, form?: string) {
  return {
    method,
    path,
    query: new URLSearchParams(),
    headers: new Headers(form === undefined ? {} : FORM),
    body: form === undefined ? [] : [Buffer.from(form)],
  }
}

describe('the application without a server', () => {
  test('shows an added note on its own page and in the list', async () => {
    const application = notebook()
    const { status, headers } = await application(request('POST', '/notes', 'text=Some+%22text%22'))
    expect([status, headers]).toEqual([303, { Location: '/notes/1' }])
    expect((await application(request('GET', '/notes/1'))).body).toContain(
      '<p>Some &#34;text&#34;</p>',
    )
    expect((await application(request('GET', '/'))).body).toContain('<a href="/notes/1">')
  })

  test('escapes markup in a note and in a path', async () => {
    const application = notebook({ notes: ['<script>'] })
    expect((await application(request('GET', '/'))).body).toContain('&#60;script&#62;')
    expect((await application(request('GET', '/hello/%3Cb%3E'))).body).toContain(
      'Hello, &#60;b&#62;!',
    )
  })

  test.each([
    ['GET', '/missing', 404],
    ['GET', '/notes/2', 404],
    ['GET', '/notes/constructor', 404],
    ['GET', '/hello/', 404],
    ['GET', '/hello/%', 400],
    ['HEAD', '/', 200],
    ['DELETE', '/notes/1', 405],
    ['GET', '/notes', 405],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect((await notebook({ notes: ['one'] })(request(method, path))).status).toBe(status)
  })

  test('lists the allowed methods in a 405', async () => {
    const { headers } = await notebook()(request('PUT', '/hello/you'))
    expect(headers).toMatchObject({ Allow: 'GET, HEAD' })
  })

  test.each([
    ['an empty note', FORM, 'text=+', 422],
    ['something else than a form', { 'Content-Type': 'application/json' }, '{}', 415],
    ['a form that is too long', FORM, `text=${'a'.repeat(70_000)}`, 413],
  ])('refuses %s, and adds no note', async (_, headers, content, expected) => {
    const notes: string[] = []
    const body = [Buffer.from(content)]
    const given = { ...request('POST', '/notes'), headers: new Headers(headers), body }
    expect((await notebook({ notes })(given)).status).toBe(expected)
    expect(notes).toEqual([])
  })

  test('does not split a path at an encoded slash in a parameter', async () => {
    const application = router([['GET', '/:a/of/:b', ({ parameters }) => ({ parameters })]])
    expect(application(request('GET', '/x%2Fy/of/z'))).toEqual({
      parameters: { a: 'x/y', b: 'z' },
    })
  })

  test('answers an internal error with 500, reports it and does not reveal its message', async () => {
    const reported: unknown[] = []
    const fault = new Error('the password is 1234')
    const application = explained(
      (error) => reported.push(error),
      () => {
        throw fault
      },
    )
    const { status, body } = await application(request('GET', '/'))
    expect([status, reported]).toEqual([500, [fault]])
    expect(body).not.toContain('1234')
  })

  test('logs every request, including those that fail', async () => {
    const lines: string[] = []
    const application = notebook({ log: (line) => lines.push(line) })
    await application(request('GET', '/hello/you'))
    await application(request('GET', '/missing'))
    expect(lines).toEqual([
      expect.stringMatching(/^GET \/hello\/you 200 [\d.]+ ms$/),
      expect.stringMatching(/^GET \/missing 404 [\d.]+ ms$/),
    ])
  })
})

describe('the application with its server', () => {
  test('adds a note for curl, redirects to its page and logs both requests', async () => {
    const { url, lines } = await start('application-server', '0')
    const data = ['--data-urlencode', 'text=a & b']
    expect(await curl('--location', ...data, `${url}notes`)).toContain('<p>a &#38; b</p>')
    expect(lines).toEqual([
      expect.stringMatching(/^POST \/notes 303 /),
      expect.stringMatching(/^GET \/notes\/1 200 /),
    ])
  })

  test('serves a page and a 404 to fetch', async () => {
    const { url } = await start('application-server', '0')
    const page = await fetch(`${url}hello/Zo%C3%AB`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await page.text()).toContain('<h1>Hello, Zoë!</h1>')
    expect((await fetch(`${url}missing`)).status).toBe(404)
  })

  test('sends 100 (Continue) to curl before a long form', async () => {
    const { url } = await start('application-server', '0')
    const form = ['--data', `text=${'a'.repeat(60_000)}`, '-H', 'Expect: 100-continue']
    const seen = await curl('--include', ...form, `${url}notes`)
    expect(seen).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 303 See Other\r\n/)
  })

  test('refuses JSON with 415 before curl sends it', async () => {
    const { url } = await start('application-server', '0')
    const json = ['--json', `"${'a'.repeat(60_000)}"`, '-H', 'Expect: 100-continue']
    const seen = await curl('--include', '-w', '%{size_upload}', ...json, `${url}notes`)
    expect(seen).toMatch(/^HTTP\/1.1 415 Unsupported Media Type\r\n.*>\s*0$/s)
  })

  test('does not take a host from a target that begins with two slashes', async () => {
    const { port } = await start('application-server', '0')
    const request = ['GET //hello/you HTTP/1.1', 'Host: a', 'Connection: close', '', '']
    expect(await exchange(port, ...request)).toMatch(/^HTTP\/1.1 404 /)
  })

  test('answers content with an invalid chunk size with 400, and closes the connection', async () => {
    const { port, errors } = await start('application-server', '0')
    const head = ['POST /notes HTTP/1.1', 'Host: a', `Content-Type: ${FORM['Content-Type']}`]
    const output = await exchange(port, ...head, 'Transfer-Encoding: chunked', '', 'x\r\n')
    expect(output).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(output).toMatch(/^Connection: close\r$/m)
    expect(errors()).toBe('')
  })

  test('exits with code 0 on SIGTERM', async () => {
    const { url, end } = await start('application-server', '0')
    await fetch(url)
    expect(await end()).toEqual({ code: 0, signal: null })
  })
})
