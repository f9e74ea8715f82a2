/**
 * An application that does not depend on a server: a function from a request to a response, like WSGI
 * in Python.
 *
 *     request   { method, path, query, headers, body }      query: URLSearchParams, headers: Headers,
 *                                                            body: an iterable or async iterable of bytes
 *     response  { status, headers, body }                    as httpwire's handlers return it
 *
 * A router makes such a function from routes; middleware is a function from one application to another.
 * Nothing here imports httpwire: application-server.mjs runs it, and a test simply calls it.
 */

/** A small notebook. */
export function notebook({ notes = [], log = () => {}, report = console.error } = {}) {
  const routes = [
    ['GET', '/', () => page('Notes', list(notes) + FORM)],
    ['POST', '/notes', (request) => add(notes, request)],
    ['GET', '/notes/:number', ({ parameters }) => show(notes[Number(parameters.number) - 1])],
    ['GET', '/hello/:name', ({ parameters }) => page(`Hello, ${parameters.name}!`, '')],
  ]
  return logged(log, explained(report, router(routes)))
}

/** An error to report to the client. */
class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

// Pages

const FORM = `<form method="post" action="/notes">
<input name="text" aria-label="Text" required> <button>Add</button>
</form>`

function list(notes) {
  const items = notes.map((text, i) => `<li><a href="/notes/${i + 1}">${escapeHtml(text)}</a>\n`)
  return `<ol>\n${items.join('')}</ol>\n`
}

function show(note) {
  if (note === undefined) throw new Refusal(404, 'There is no such note.')
  return page('Note', `<p>${escapeHtml(note)}</p>`)
}

async function add(notes, request) {
  const text = (await readForm(request)).get('text')?.trim()
  if (!text) return page('Notes', `<p>A note needs a text.</p>\n${FORM}`, 422)
  const number = notes.push(text)
  // With 303 (See Other), a reload does not add the note again.
  return { status: 303, headers: { Location: `/notes/${number}` } }
}

function page(title, content, status = 200) {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<!doctype html>\n<title>${escapeHtml(title)}</title>\n<h1>${escapeHtml(title)}</h1>\n${content}\n`,
  }
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// Forms

const MOST_OF_A_FORM = 65_536

async function readForm({ headers, body }) {
  const [type] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new Refusal(415, 'This takes a form.')
  }
  const pieces = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > MOST_OF_A_FORM) throw new Refusal(413, 'That is too long.')
    pieces.push(piece)
  }
  return new URLSearchParams(new TextDecoder().decode(Buffer.concat(pieces)))
}

// Routes

/** An application that calls the first matching one of `routes`: `[method, pattern, application]`. */
export function router(routes) {
  return (request) => {
    const fitting = []
    for (const [method, pattern, application] of routes) {
      const parameters = match(pattern, request.path)
      if (parameters === undefined) continue
      // HEAD is GET without content, which the server leaves out.
      if (method === request.method || (method === 'GET' && request.method === 'HEAD')) {
        return application({ ...request, parameters })
      }
      fitting.push(...(method === 'GET' ? ['GET', 'HEAD'] : [method]))
    }
    if (fitting.length === 0) throw new Refusal(404, 'There is no such page.')
    const { status, headers, body } = page('Method not allowed', '', 405)
    return { status, headers: { ...headers, Allow: fitting.join(', ') }, body }
  }
}

/** The parameters in `path` that `pattern` names, as in `/notes/:number`; `undefined` without a match. */
function match(pattern, path) {
  const expected = pattern.split('/')
  const given = path.split('/')
  if (given.length !== expected.length) return undefined
  const parameters = {}
  for (const [i, part] of expected.entries()) {
    if (!part.startsWith(':')) {
      if (part !== given[i]) return undefined
    } else if (given[i] === '') return undefined
    else parameters[part.slice(1)] = decode(given[i])
  }
  return parameters
}

/** Decodes percent-encoding, after the split at slashes, so that %2F does not count as one. */
function decode(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal(400, 'The path is not well encoded.')
  }
}

// Middleware

/** Logs a line for each request. */
export function logged(log, application) {
  return async (request) => {
    const begun = performance.now()
    const response = await application(request)
    const time = (performance.now() - begun).toFixed(1)
    log(`${request.method} ${request.path} ${response.status} ${time} ms`)
    return response
  }
}

/** Answers errors with pages. Errors of the application itself are reported, but not shown. */
export function explained(report, application) {
  return async (request) => {
    try {
      return await application(request)
    } catch (error) {
      if (error.status >= 400 && error.status < 500) return page(error.message, '', error.status)
      report(error)
      return page('Something went wrong here.', '', 500)
    }
  }
}
