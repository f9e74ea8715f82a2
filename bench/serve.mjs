/**
 * Requests per second of `serveConnection` and of Node's `http.createServer`, each in its own process,
 * answering with a small text under the same load: on each of 32 connections one request at a time, then
 * sixteen pipelined. Rounds take turns, each is compared with the one after it, and the median ratio is
 * printed.
 *
 *   npm run bench:serve [-- SECONDS-A-ROUND]
 *
 * Needs wrk (`apt-get install wrk`). The load occupies a core of its own.
 */

import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ServerConnection } from '../dist/index.js'
import { serveConnection } from '../dist/node.js'
import { progress } from './measure.mjs'

const BODY = 'Hello, world!\n'
const ROUNDS = 9
const PIPELINE = fileURLToPath(new URL('pipeline.lua', import.meta.url))

const SERVERS = {
  'node:http': () =>
    createHttpServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': BODY.length })
      response.end(BODY)
    }),
  httpwire: () => {
    const response = { status: 200, headers: { 'Content-Type': 'text/plain' }, body: BODY }
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      serveConnection(socket, () => response)
    })
  },
}

const LOADS = {
  'one at a time': [],
  'pipelined by 16': ['--script', PIPELINE],
}

const [first = '2', name] = process.argv.slice(2)
if (first === 'server') await serve(name)
else await drive(Number(first))

async function serve(name) {
  const server = SERVERS[name]()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send(server.address().port)
}

async function drive(seconds) {
  const wrk = promisify(execFile)
  try {
    await wrk('wrk', ['--version']).catch((error) => {
      if (error.code === 'ENOENT') throw error
    })
  } catch {
    console.error('wrk is needed: apt-get install wrk')
    process.exitCode = 1
    return
  }
  const servers = Object.keys(SERVERS).map((name) => ({
    name,
    child: fork(fileURLToPath(import.meta.url), ['server', name]),
  }))
  try {
    for (const server of servers) [server.port] = await once(server.child, 'message')
    for (const [load, options] of Object.entries(LOADS)) {
      const rates = Object.fromEntries(servers.map(({ name }) => [name, []]))
      for (let round = 0; round < ROUNDS; round++) {
        for (const { name, port } of servers) {
          progress(`${load}: round ${round + 1} of ${ROUNDS}, ${name}`)
          const url = `http://127.0.0.1:${port}/`
          const { stdout } = await wrk('wrk', ['-t1', '-c32', `-d${seconds}s`, ...options, url])
          rates[name].push(Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]))
          if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${name}: ${stdout}`)
        }
      }
      progress('')
      const [node, ours] = Object.values(rates)
      const ratio = median(ours.map((rate, round) => rate / node[round]))
      const figures = Object.entries(rates).map(([name, all]) => `${name} ${show(all)}`)
      console.log(`${load}: ${figures.join(', ')}: ${ratio.toFixed(2)} times Node's`)
    }
  } finally {
    for (const { child } of servers) child.kill()
  }
  idle()
}

/** Measures the memory of an idle connection. */
function idle() {
  const COUNT = 1_000_000
  const used = () => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  const held = Array.from({ length: COUNT }, () => new ServerConnection())
  const each = (used() - before) / COUNT
  console.log(`${held.length} idle ServerConnections: ${each.toFixed(0)} bytes each`)
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

function show(rates) {
  return `${Math.round(median(rates) / 1000)} (${rates.map((rate) => Math.round(rate / 1000)).join(' ')}) thousand/s`
}
