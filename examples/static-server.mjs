/**
 * Serves the files of a folder.
 *
 *     node examples/static-server.mjs [port] [folder]
 *
 * The target determines a file, the file its fields, and these the response: not modified, a part, or
 * all of it, perhaps compressed. Content is read from the disk as fast as the client accepts it. HEAD
 * gets the response of GET, from which the library leaves out the content.
 */

import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { extname, join, sep } from 'node:path'
import { Fields, reasonPhrase } from 'httpwire'
import { chooseCoding, describeContent, encodeContent } from 'httpwire/codings'
import { endOnSignal, isProgram, listen, serving } from './serving.mjs'

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
}
const COMPRESSIBLE = /^text\/|json|xml|javascript/
/** Bytes below which a file fits into one packet uncompressed. */
const WORTH_COMPRESSING = 1024

/** Error codes of the file system that mean that there is nothing to serve. */
const NOT_THERE = ['EACCES', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR']

/** A handler that serves the files below `folder`. */
export function files(folder) {
  return async ({ head }) => {
    if (head.method !== 'GET' && head.method !== 'HEAD') {
      return plain(405, { Allow: 'GET, HEAD' })
    }
    const path = pathOf(head.target)
    const file = path && (await find(folder, path))
    if (!file) return plain(404)
    return file.isFolder ? plain(301, { Location: `${path}/` }) : answer(head, file)
  }
}

/** The path without the query. Clients may also send absolute-form (RFC 9112 s. 3.2.2). */
function pathOf(target) {
  return /^(?:https?:\/\/[^/?]*)?(\/[^?]*)/i.exec(target)?.[1]
}

/** The file at a path, if there is one that may be served. */
async function find(folder, path) {
  const names = namesOf(path)
  if (names === undefined) return undefined
  const wantsFolder = names.at(-1) === ''
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, ...names, wantsFolder ? 'index.html' : ''))
    // Symbolic links have been resolved only now, and may lead out of the folder.
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined
    const stats = await stat(file, { bigint: true })
    if (!stats.isFile()) return stats.isDirectory() && !wantsFolder ? { isFolder: true } : undefined
    return { isFolder: false, path: file, size: Number(stats.size), ...validators(stats) }
  } catch (error) {
    if (NOT_THERE.includes(error.code)) return undefined
    throw error
  }
}

/**
 * The names between the slashes, decoded once; `undefined` if one of them is not a plain file name: if
 * it begins with a dot, contains a slash, backslash or NUL, or is empty before the end of the path.
 */
function namesOf(path) {
  let names
  try {
    names = path.slice(1).split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
  const odd = (name, i) => /^\.|[/\\\0]/.test(name) || (name === '' && i < names.length - 1)
  return names.some(odd) ? undefined : names
}

/** Validators that distinguish this version of the file from others (RFC 9110 s. 8.8). */
function validators({ ino, size, mtimeNs, mtime }) {
  return {
    tag: `"${ino.toString(36)}-${size.toString(36)}-${mtimeNs.toString(36)}"`,
    modified: mtime.toUTCString(),
  }
}

function answer(head, file) {
  const type = TYPES[extname(file.path).toLowerCase()] ?? 'application/octet-stream'
  const headers = Fields.from({
    'Content-Type': type,
    ETag: file.tag,
    'Last-Modified': file.modified,
    'X-Content-Type-Options': 'nosniff',
  })
  const compressible = COMPRESSIBLE.test(type) && file.size >= WORTH_COMPRESSING
  const coding = chooseCoding(head.headers.get('Accept-Encoding'), compressible ? ['gzip'] : [])
  if (coding === null) return plain(406)

  const range = requestedRange(head, file)
  // Only the plain bytes have a strong entity tag, as ranges and If-Match need it.
  const isPlain = range !== undefined || head.headers.has('If-Match')
  const codings = coding === 'gzip' && !isPlain ? ['gzip'] : []
  // The length of content that is compressed as it is streamed is unknown.
  const length = codings.length > 0 ? undefined : { length: file.size }
  describeContent(headers, { codings, vary: compressible, ...length })
  // Content that is compressed anew for each request has no ranges.
  headers.append('Accept-Ranges', codings.length > 0 ? 'none' : 'bytes')

  if (!isExpected(head, file)) return plain(412)
  if (isNotModified(head, file)) {
    headers.delete('Content-Length')
    return { status: 304, headers }
  }
  if (range !== undefined) return part(headers, file, range)
  const content = read(file)
  return {
    status: 200,
    headers,
    body: codings.length > 0 ? encodeContent(content, codings) : content,
  }
}

/** Whether the client expects this version (RFC 9110 s. 13.1.1, 13.1.4): compares strongly. */
function isExpected({ headers }, { tag, modified }) {
  const tags = headers.get('If-Match')
  if (tags !== undefined)
    return tags === '*' || (tags.match(/(?:W\/)?"[^"]*"/g) ?? []).includes(tag)
  // An invalid date is NaN, for which every comparison is false.
  return !(Date.parse(headers.get('If-Unmodified-Since')) < Date.parse(modified))
}

/** Whether the client has this version in any coding (RFC 9110 s. 13.1.2, 13.1.3): compares weakly. */
function isNotModified({ headers }, { tag, modified }) {
  const tags = headers.get('If-None-Match')
  if (tags !== undefined) return tags === '*' || (tags.match(/"[^"]*"/g) ?? []).includes(tag)
  return Date.parse(headers.get('If-Modified-Since')) >= Date.parse(modified)
}

/**
 * The first and last byte requested; `undefined` for the whole file. Several ranges, other units and
 * invalid ranges are ignored, as RFC 9110 s. 14.2 allows.
 */
function requestedRange({ method, headers }, { size, tag }) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('Range') ?? '') ?? []
  if (method !== 'GET' || (first ?? '') + (last ?? '') === '') return undefined
  // The client combines the part with others, so the tag must match. A date is too coarse for that.
  if ((headers.get('If-Range') ?? tag) !== tag) return undefined
  if (first === '') return { first: Math.max(0, size - Number(last)), last: size - 1 }
  const end = last === '' ? size - 1 : Number(last)
  return Number(first) > end && last !== '' ? undefined : { first: Number(first), last: end }
}

function part(headers, file, { first, last }) {
  if (first >= file.size) return plain(416, { 'Content-Range': `bytes */${file.size}` })
  last = Math.min(last, file.size - 1)
  headers.set('Content-Range', `bytes ${first}-${last}/${file.size}`)
  headers.set('Content-Length', `${last - first + 1}`)
  return { status: 206, headers, body: read(file, first, last) }
}

/**
 * Some bytes of a file, read on demand. A generator opens the file only when the first bytes are
 * requested, and closes it when the consumer stops, for example because the client has left.
 */
async function* read({ path, size }, first = 0, last = size - 1) {
  // The file may have grown since: do not read beyond the length that was announced.
  if (first <= last) yield* createReadStream(path, { start: first, end: last })
}

/** A response whose content is only its status and reason. */
function plain(status, headers) {
  const body = `${status} ${reasonPhrase(status)}\n`
  return { status, headers: { 'Content-Type': 'text/plain', ...headers }, body }
}

if (isProgram(import.meta)) {
  const [port = 8080, folder = '.'] = process.argv.slice(2)
  const { accept, shutdown } = serving(files(folder))
  const server = createServer({ noDelay: true }, accept)
  endOnSignal(server, shutdown)
  console.log(`http://${await listen(server, port)}/`)
}
