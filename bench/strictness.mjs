/**
 * How strict the peers are: which of the readable cases that name an attack and that httpwire refuses
 * they refuse, too. Cases with limits or leniencies are left out, since every parser has its own; so
 * are cases that need the methods of requests.
 *
 *   npm run bench:strictness [-- --list]
 *
 * If a peer lets a case in, an attack does not necessarily succeed: the peer may read the message in the
 * harmless way, or leave the check to the program (Host, for example).
 *
 * Each peer runs in a worker, which can be ended if some input makes it loop forever.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { installPeers } from './install-peers.mjs'
import { loadPeers } from './peers/load-peers.mjs'

const CASES = new URL('../test/fixtures/cases/', import.meta.url)
const ESCAPES = { r: '\r', n: '\n', t: '\t', '\\': '\\' }
/** Only httpwire checks Expect; the others leave it to the program. */
const LEFT_OUT = new Set(['Expect with odd values'])
/** Milliseconds for one case, after which the parser is considered to be in an endless loop. */
const PATIENCE = 2_000

if (isMainThread) await main()
else await judgeCases(workerData)

async function main() {
  const { values } = parseArgs({ options: { list: { type: 'boolean', default: false } } })
  await installPeers()
  const { present, leftOut } = await load()
  const attacks = readCases().filter(({ attack }) => attack !== undefined && !LEFT_OUT.has(attack))
  const [own, ...others] = present
  const verdicts = await ask(own.name, attacks)
  const cases = attacks.filter((_, i) => verdicts[i] === 'refused')

  console.log(`${cases.length} cases name an attack and are refused by httpwire. Of these`)
  for (const { name, version } of others) {
    const verdicts = await ask(name, cases)
    const count = (wanted) => verdicts.filter((verdict) => verdict === wanted).length
    const loops = count('endless') === 0 ? '' : `, and does not return from ${count('endless')}`
    console.log(`  ${name} ${version} refuses ${count('refused')}${loops}`)
    if (!values.list) continue
    for (const [i, verdict] of verdicts.entries()) {
      if (verdict !== 'refused') console.log(`      ${verdict}: ${cases[i].title}`)
    }
  }
  for (const { name, why } of leftOut) console.log(`  ${name} is left out: ${why}`)
}

async function load() {
  const wire = await import('../dist/index.js')
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return loadPeers(wire, version)
}

/** The verdict of the peer `name` on each case: `'refused'`, `'let in'` or `'endless'`. */
async function ask(name, cases) {
  const verdicts = []
  while (verdicts.length < cases.length) {
    await new Promise((resolve, reject) => {
      const left = cases.slice(verdicts.length)
      const worker = new Worker(new URL(import.meta.url), { workerData: { name, cases: left } })
      const giveUp = () => {
        verdicts.push('endless')
        worker.terminate()
      }
      let timer
      worker.on('message', (verdict) => {
        clearTimeout(timer)
        if (verdict !== 'ready') verdicts.push(verdict)
        if (verdicts.length < cases.length) timer = setTimeout(giveUp, PATIENCE)
      })
      worker.on('error', reject)
      worker.on('exit', resolve)
    })
  }
  return verdicts
}

/** The worker's side. */
async function judgeCases({ name, cases }) {
  const { present } = await load()
  const { open, modes } = present.find((peer) => peer.name === name)
  parentPort.postMessage('ready')
  for (const { kind, bytes } of cases) {
    const parser = open(kind, modes[0])
    let verdict = 'let in'
    try {
      parser.feed(Buffer.from(bytes))
    } catch {
      verdict = 'refused'
    }
    parentPort.postMessage(verdict)
  }
}

/** The title, attack, kind and bytes of each case without limits, leniencies and methods. */
function readCases() {
  const files = readdirSync(CASES).filter((name) => name.endsWith('.txt'))
  return files.flatMap((file) => {
    const [, ...texts] = readFileSync(new URL(file, CASES), 'utf8').split(/^== /m)
    return texts.filter((text) => !/^(limits|leniency|methods):/m.test(text)).map(readCase)
  })
}

function readCase(text) {
  const [title] = text.split('\n')
  const member = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
  const wire = [...text.matchAll(/^\| (.*)$/gm)].map(([, line]) => line).join('')
  const unescaped = wire.replaceAll(/\\(?:x([\dA-F]{2})|(.))/g, (_, hex, letter) =>
    hex === undefined ? ESCAPES[letter] : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const bytes = Buffer.from(unescaped, 'latin1')
  return { title, attack: member('attack'), kind: member('kind'), bytes }
}
