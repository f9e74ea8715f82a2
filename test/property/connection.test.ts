/**
 * Joins a client's and a server's connection by two pipes. Whatever is sent, delivered, read, retired or
 * ended, in any order, both are in the states that a `Walk` of the tables in `rules.ts` gives, both read the
 * messages that the other sent, and in the end they agree on the state of the connection.
 *
 * The meaning of the messages (which is the last, which offers to leave HTTP) is derived from the plan that
 * they are generated from, never from the library.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ClientConnection,
  HttpError,
  type RequestEvent,
  type RequestEventInit,
  type ResponseEvent,
  type ResponseEventInit,
  ServerConnection,
} from '../../src/index.ts'
import { runs, TIMEOUT } from '../support/arbitraries.ts'
import { Walk } from '../support/walk.ts'
import { latin1 } from '../support/wire-text.ts'

type Connection = '' | 'close' | 'keep-alive'

/** A model of a request and of its answer. */
interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'CONNECT'
  readonly version: '1.0' | '1.1'
  readonly framing: 'none' | 'length' | 'chunked'
  readonly pieces: readonly string[]
  readonly trailers: boolean
  readonly expect: boolean
  readonly connection: Connection
  readonly upgrade: boolean
  readonly answer: Answer
}

interface Answer {
  /** Whether it is sent before the request is complete, if that is allowed. */
  readonly early: boolean
  readonly interims: readonly number[]
  readonly status: number
  /** Whether an offer to leave HTTP is accepted. */
  readonly accept: boolean
  readonly framing: 'length' | 'chunked' | 'open' | 'whole'
  readonly pieces: readonly string[]
  readonly trailers: boolean
  readonly connection: Connection
}

/** Mostly `usual`, to which the others shrink. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  )
}

const pieces = fc.array(fc.constantFrom('', 'a', 'hello', '0\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'), {
  maxLength: 3,
})

const answer: fc.Arbitrary<Answer> = fc.record({
  early: fc.boolean(),
  interims: fc.array(fc.constantFrom(100, 102, 103), { maxLength: 2 }),
  status: mostly(200, 204, 304, 404, 500),
  accept: fc.boolean(),
  framing: fc.constantFrom('length', 'chunked', 'open', 'whole'),
  pieces,
  trailers: fc.boolean(),
  connection: mostly<Connection>('', 'close', 'keep-alive'),
})

const exchange: fc.Arbitrary<Exchange> = fc.record({
  method: mostly<Exchange['method']>('GET', 'HEAD', 'PUT', 'POST', 'CONNECT'),
  version: mostly<Exchange['version']>('1.1', '1.0'),
  framing: fc.constantFrom('none', 'length', 'chunked'),
  pieces,
  trailers: fc.boolean(),
  expect: fc.boolean(),
  connection: mostly<Connection>('', 'close', 'keep-alive'),
  upgrade: mostly(false, true),
  answer,
})

interface Plan {
  /** After the steps, the action that is postponed for as long as another one is possible. */
  readonly lazy: Action
  readonly exchanges: readonly Exchange[]
  readonly pipelining: boolean
  /** The actions to attempt in turn, and how many bytes each delivers if it delivers any. */
  readonly steps: readonly (readonly [action: Action, bytes: number])[]
}

/** The usual actions are repeated after the steps until none of them is possible. */
const USUAL = [
  ...['client sends', 'client’s bytes arrive', 'server reads'],
  ...['server sends', 'server’s bytes arrive', 'client reads'],
] as const
const RARE = [
  ...['client errs', 'server errs', 'client retires', 'server retires'],
  ...['client ends', 'server ends'],
] as const
type Action = (typeof USUAL | typeof RARE)[number]

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...USUAL) },
  { weight: 4, arbitrary: fc.constantFrom('client errs', 'server errs') },
  { weight: 1, arbitrary: fc.constantFrom(...RARE) },
)

const plan: fc.Arbitrary<Plan> = fc.record({
  exchanges: fc.array(exchange, { minLength: 1, maxLength: 4 }),
  pipelining: fc.boolean(),
  lazy: fc.constantFrom(...USUAL),
  steps: fc.array(fc.tuple(action, fc.oneof(fc.nat(3), fc.nat(200))), {
    maxLength: 120,
    size: 'max',
  }),
})

/** The meaning of a request. */
function meaningOf(one: Exchange) {
  const modern = one.version === '1.1'
  const connect = one.method === 'CONNECT'
  const framing = connect || (one.framing === 'chunked' && !modern) ? 'none' : one.framing
  const content = framing === 'none' ? '' : one.pieces.join('')
  const upgrade = one.upgrade && modern && !connect
  const expects = one.expect && modern && (framing === 'chunked' || content !== '')
  const last = modern ? one.connection === 'close' : one.connection !== 'keep-alive'
  return { modern, connect, framing, content, upgrade, expects, last, offers: connect || upgrade }
}

function requestOf(one: Exchange, index: number): RequestEventInit[] {
  const { connect, framing, content, upgrade, expects } = meaningOf(one)
  const options = [one.connection, upgrade ? 'upgrade' : ''].filter((option) => option !== '')
  const headers: [string, string][] = [['Host', 'a']]
  if (framing === 'length') headers.push(['Content-Length', String(content.length)])
  if (framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked'])
  if (expects) headers.push(['Expect', '100-continue'])
  if (upgrade) headers.push(['Upgrade', 'x'])
  if (options.length > 0) headers.push(['Connection', options.join(', ')])
  const target = connect ? `h${index}:1` : `/${index}`
  const trailers = framing === 'chunked' && one.trailers ? { trailers: { T: `${index}` } } : {}
  return [
    { method: one.method, target, version: one.version, headers },
    ...(framing === 'none' ? [] : dataOf(one.pieces)),
    { type: 'end', ...trailers },
  ]
}

function dataOf(pieces: readonly string[]): { type: 'data'; bytes: string }[] {
  return pieces.map((bytes) => ({ type: 'data', bytes }))
}

/** The meaning of the answer to a request. */
function answerOf(one: Exchange) {
  const { offers, upgrade, modern } = meaningOf(one)
  const { answer, method } = one
  const switches = offers && answer.accept
  const status = switches ? (upgrade ? 101 : 200) : offers ? 403 : answer.status
  const bare = switches || status === 204 || status === 304
  const bodiless = bare || method === 'HEAD'
  const open = answer.framing === 'open' || (answer.framing === 'chunked' && !modern)
  const framing = open ? 'open' : answer.framing
  const content = answer.pieces.join('')
  const untilClose = framing === 'open' && !modern && !bodiless
  const trailers = !bodiless && modern && answer.trailers && ['chunked', 'open'].includes(framing)
  return { switches, status, bare, bodiless, framing, content, untilClose, trailers }
}

/** The final response as events, or `'whole'` if it is sent by `sendMessage`. */
function responseOf(one: Exchange, index: number): ResponseEventInit[] | 'whole' {
  const { status, switches, bare, bodiless, framing, content, trailers } = answerOf(one)
  // `sendMessage` may add a Content-Length to a response to HEAD, which the model does not cover.
  if (framing === 'whole' && !(bare && one.method === 'HEAD')) return 'whole'
  const headers: [string, string][] = headersOf(one, index)
  if (!bare && framing === 'length') headers.push(['Content-Length', String(content.length)])
  if (!bare && framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked'])
  return [
    { status, headers },
    ...(bodiless ? [] : dataOf(one.answer.pieces)),
    { type: 'end', ...(trailers && !switches ? { trailers: { T: `${index}` } } : {}) },
  ]
}

function headersOf(one: Exchange, index: number): [string, string][] {
  const { switches, status } = answerOf(one)
  const headers: [string, string][] = [['N', String(index)]]
  const option = switches ? '' : one.answer.connection
  const options = [option, status === 101 ? 'upgrade' : ''].filter((option) => option !== '')
  if (options.length > 0) headers.push(['Connection', options.join(', ')])
  if (status === 101) headers.push(['Upgrade', 'x'])
  return headers
}

/** A message as sent, or the part of it that was read so far. */
interface Told {
  readonly start: string
  content: string
  end: string | null
}

/** The bytes on their way from one end to the other, and the messages sent and read. */
class Pipe {
  readonly sent: Told[] = []
  readonly read: Told[] = []
  #bytes: number[] = []
  ended = false
  endArrived = false

  write(chunks: readonly Uint8Array[]): void {
    if (this.ended) throw new Error('written after the end')
    for (const chunk of chunks) this.#bytes.push(...chunk)
  }

  /** Up to `count` bytes, in memory of their own. */
  take(count: number): Uint8Array {
    return Uint8Array.from(this.#bytes.splice(0, Math.max(1, count)))
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  /** Expects that the last message read equals the one sent, as far as it has been read. */
  check(untilClose: boolean): void {
    const read = this.read.at(-1)
    const sent = this.sent[this.read.length - 1]
    if (read === undefined) return
    same(read.start, sent?.start)
    same(sent?.content.startsWith(read.content), true)
    if (read.end === null) return
    same(read.end, sent?.end)
    // The end of the connection completes content that lasts until then, even if it came too early.
    if (!(untilClose && this.endArrived)) same(read.content, sent?.content)
  }
}

/** `expect(found).toBe(expected)`, but a hundred times as fast when it holds. */
function same(found: unknown, expected: unknown): void {
  if (found !== expected) expect(found).toBe(expected)
}

/** Adds an event to the messages of `to`. */
function tell(
  to: Told[],
  start: string | null,
  event: { type?: string | undefined; bytes?: unknown },
  end = '',
) {
  if (start !== null) to.push({ start, content: '', end: null })
  const last = to.at(-1)
  if (last === undefined) throw new Error('content without a head')
  if (event.type === 'data') {
    const { bytes } = event
    last.content += bytes instanceof Uint8Array ? latin1(bytes) : bytes
  }
  if (event.type === 'end') last.end = end
}

/** Adds a whole message to `to` when its sending begins. */
function tellAll(
  to: Told[],
  start: string,
  events: readonly (RequestEventInit | ResponseEventInit)[],
) {
  tell(to, start, {})
  for (const event of events) {
    const trailers = 'trailers' in event ? (event.trailers as Record<string, string>) : {}
    tell(to, null, event, trailersOf({ trailers: Object.entries(trailers) }))
  }
}

/** Both ends, the pipes between them, and the state that the tables give for each. */
class World {
  readonly #plan: Plan
  readonly #client: ClientConnection
  readonly #server = new ServerConnection()
  readonly #up = new Pipe()
  readonly #down = new Pipe()
  readonly #clientWalk = new Walk()
  readonly #serverWalk = new Walk()

  /** The events of all requests, the number of heads sent, and the unsent events of the current request. */
  readonly #requests: RequestEventInit[][]
  #requested = 0
  #unsent: RequestEventInit[] = []
  /** The number of final responses read, and whether the next one has begun. */
  #answered = 0
  #answering = false
  /** Whether a response has announced that it is the last one. */
  #cutOff = false
  #interimRead = false

  /** The number of requests read by the server, whether the last is complete, and its unsent response. */
  #heard = 0
  #heardAll = true
  #unheardContinue = false
  #unsaid: ResponseEventInit[] = []
  #interimsLeft: number[] = []
  #said = true
  /** Whether the final response to each request announced that it is the last one. */
  readonly #saidLast = new Map<number, boolean>()
  #broken = false
  /** Whether the server retired, or an end closed, before it had to. */
  abrupt = false

  constructor(plan: Plan) {
    this.#plan = plan
    this.#client = new ClientConnection({ pipelining: plan.pipelining })
    this.#requests = plan.exchanges.map(requestOf)
  }

  /** Attempts `action`. Returns false if it is not possible now. */
  do(action: Action, count: number): boolean {
    const done = this.#do(action, count)
    this.#checkStates()
    return done
  }

  #do(action: Action, count: number): boolean {
    switch (action) {
      case 'client sends':
        return this.#clientSends()
      case 'client’s bytes arrive':
        return arrive(this.#up, this.#server, count)
      case 'server reads':
        return this.#serverReads()
      case 'server sends':
        return this.#serverSends()
      case 'server’s bytes arrive':
        return arrive(this.#down, this.#client, count)
      case 'client reads':
        return this.#clientReads()
      case 'client errs':
        return this.#errs('client', count)
      case 'server errs':
        return this.#errs('server', count)
      case 'client retires':
        this.#client.retire()
        this.#clientWalk.learn({ last: true })
        return true
      case 'server retires':
        this.#server.retire()
        this.#serverWalk.learn({ last: true })
        this.abrupt = true
        return true
      case 'client ends':
        // A client that offers to leave HTTP must not end its side, since it could send nothing afterwards.
        return !this.#offering && this.#end('client')
      case 'server ends':
        return this.#end('server')
    }
  }

  /** Ends every side that must close. Returns whether it ended one. */
  endIfDone(): boolean {
    let ended = false
    for (const who of ['client', 'server'] as const) {
      const connection = who === 'client' ? this.#client : this.#server
      const pipe = who === 'client' ? this.#up : this.#down
      if (!pipe.ended && connection.mustClose) ended = this.#end(who) || ended
    }
    this.#checkStates()
    return ended
  }

  get #outstanding(): number {
    return this.#requested - this.#answered
  }

  /** Whether a response will follow the one that is due or being read. */
  get #waiting(): boolean {
    return this.#outstanding > 1 && !this.#cutOff
  }

  get #offering(): boolean {
    const last = this.#plan.exchanges[this.#requested - 1]
    return this.#outstanding > 0 && last !== undefined && meaningOf(last).offers
  }

  #checkStates(): void {
    for (const [connection, walk] of [
      [this.#client, this.#clientWalk],
      [this.#server, this.#serverWalk],
    ] as const) {
      const { requests, responses, last } = walk.at
      same(connection.requests, requests)
      same(connection.responses, responses)
      same(connection.persistent, !last)
      same(connection.switched, requests === 'switched')
    }
    const { requests, responses } = this.#serverWalk.at
    const over = requests === 'idle' && responses === 'idle'
    if (over) same(this.#server.request, undefined)
    same(this.#client.request, this.#firstOutstanding)
    const { unanswered } = this.#client
    const first = this.#answered + (this.#answering ? 1 : 0)
    same(unanswered.length, this.#requested - first)
    for (const [i, { head }] of unanswered.entries()) same(head, this.#requests[first + i]?.[0])
  }

  get #firstOutstanding(): RequestEventInit | undefined {
    return this.#outstanding > 0 ? this.#requests[this.#answered]?.[0] : undefined
  }

  #moved(walk: Walk, ...move: Parameters<Walk['move']>): void {
    if (!walk.move(...move)) expect.fail(`${move[1]} of ${move[0]} is not known here`)
  }

  // The client

  #clientSends(): boolean {
    if (this.#up.ended) return false
    const event = this.#unsent[0]
    if (event === undefined) return this.#clientBegins()
    const { at } = this.#clientWalk
    if (at.requests !== 'content' || this.#broken) return false
    this.#unsent.shift()
    const one = this.#plan.exchanges[this.#requested - 1]
    if (one === undefined) throw new Error('no request')
    this.#up.write(this.#client.send(event))
    if (event.type === 'data') this.#moved(this.#clientWalk, 'requests', 'data')
    else this.#moved(this.#clientWalk, 'requests', meaningOf(one).offers ? 'switch' : 'end')
    return true
  }

  #clientBegins(): boolean {
    const one = this.#plan.exchanges[this.#requested]
    const events = this.#requests[this.#requested]
    if (one === undefined || events === undefined) return false
    const idle = this.#clientWalk.at.requests === 'idle'
    const { last, offers } = meaningOf(one)
    if (idle ? this.#down.endArrived : !this.#mayPipeline) {
      if (!idle) expect(this.#client.reusable).toBe(this.#mayPipeline)
      return false
    }
    expect(this.#client.reusable).toBe(true)
    const [head, ...others] = events
    this.#up.write(this.#client.send(head as RequestEventInit))
    tellAll(this.#up.sent, `${one.method} ${this.#requested}`, others)
    this.#unsent = others
    this.#requested++
    const facts = { waiting: this.#waiting, ...(last ? { last } : {}) }
    this.#moved(this.#clientWalk, 'requests', 'head', facts)
    if (this.#outstanding === 1) expect(this.#client.awaitsContinue).toBe(meaningOf(one).expects)
    // The end may be no byte on the wire, so the answer could otherwise be read before the end is sent.
    while (offers && this.#unsent.length > 0) {
      this.#checkStates()
      this.#clientSends()
    }
    return true
  }

  get #mayPipeline(): boolean {
    if (this.#down.endArrived) return false
    if (!this.#plan.pipelining || this.#clientWalk.at.requests !== 'complete') return false
    const { exchanges } = this.#plan
    const outstanding = exchanges.slice(this.#answered, this.#requested)
    return !this.#clientWalk.at.last && outstanding.every(({ method }) => idempotent(method))
  }

  #clientReads(): boolean {
    const before = this.#clientWalk.at
    let event: ResponseEvent | null
    try {
      event = this.#client.read()
    } catch (error) {
      return this.#clientFails(error)
    }
    if (event === null) {
      const over = ['idle', 'complete', 'closing'].includes(before.responses)
      if (!this.#down.endArrived || !over) return false
      this.#moved(this.#clientWalk, 'responses', 'close')
      return true
    }
    const { read } = this.#down
    const one = this.#plan.exchanges[this.#answered]
    if (one === undefined) throw new Error('a response to nothing')
    const { switches, untilClose } = answerOf(one)
    if (event.type === 'response') {
      tell(read, `${event.status} ${event.headers.get('N')}`, {})
      this.#interimRead = event.informational
      if (event.informational) this.#moved(this.#clientWalk, 'responses', 'interim')
      else {
        this.#answering = true
        const last = this.#saidLast.get(this.#answered)
        expect(event.keepAlive, 'whether the response is the last').toBe(last === false)
        if (last) this.#cutOff = true
        const facts = last ? { last, waiting: false } : {}
        this.#moved(this.#clientWalk, 'responses', 'head', facts)
      }
    } else if (event.type === 'data') {
      tell(read, null, event)
      this.#moved(this.#clientWalk, 'responses', 'data')
    } else if (event.type === 'end') {
      tell(read, null, event, trailersOf(event))
      if (this.#interimRead) this.#moved(this.#clientWalk, 'responses', 'end')
      else {
        const answer = read.at(-1)?.start.startsWith('400') ? { switches: false } : { switches }
        this.#moved(this.#clientWalk, 'responses', answer.switches ? 'switch' : 'end')
        this.#answered++
        this.#answering = false
        this.#clientWalk.learn({ waiting: this.#waiting })
      }
    }
    this.#down.check(untilClose)
    return true
  }

  /** Checks the error that the client throws when the server's bytes end too early. */
  #clientFails(error: unknown): boolean {
    if (!(error instanceof HttpError)) throw error
    expect(['TRUNCATED', 'UNANSWERED']).toContain(error.code)
    expect([error.side, this.#down.endArrived, this.abrupt]).toEqual(['remote', true, true])
    expect(() => this.#client.read()).toThrow(error)
    if (this.#broken) return false
    this.#broken = true
    this.#moved(this.#clientWalk, 'responses', 'error', { last: true })
    return true
  }

  // The server

  #serverReads(): boolean {
    const { requests, responses } = this.#serverWalk.at
    const wants = requests === 'content' || (requests === 'idle' && responses === 'idle')
    same(this.#server.wantsInput, wants)
    let event: RequestEvent | null
    try {
      event = this.#server.read()
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      expect([error.code, error.side, this.abrupt]).toEqual(['TRUNCATED', 'remote', true])
      expect(this.#up.endArrived).toBe(true)
      if (requests === 'failed') return false
      this.#moved(this.#serverWalk, 'requests', 'error', { last: true })
      return true
    }
    if (event === null) {
      const ended = wants && this.#up.endArrived
      if (ended) this.#moved(this.#serverWalk, 'requests', 'close')
      return ended
    }
    same(wants, true)
    const { read } = this.#up
    if (event.type === 'request') this.#hears(event)
    else if (event.type === 'data') {
      tell(read, null, event)
      this.#unheardContinue = false
      this.#moved(this.#serverWalk, 'requests', 'data')
    } else if (event.type === 'end') {
      tell(read, null, event, trailersOf(event))
      this.#unheardContinue = false
      this.#heardAll = true
      const { offers } = meaningOf(this.#heardExchange)
      this.#moved(this.#serverWalk, 'requests', offers ? 'switch' : 'end')
    }
    same(this.#server.awaitsContinue, this.#unheardContinue)
    this.#up.check(false)
    return true
  }

  get #heardExchange(): Exchange {
    const one = this.#plan.exchanges[this.#heard - 1]
    if (one === undefined) throw new Error('nothing was heard')
    return one
  }

  #hears(head: RequestEvent & { type: 'request' }): void {
    tell(this.#up.read, `${head.method} ${/\d+/.exec(head.target)?.[0]}`, {})
    expect(this.#server.request).toBe(head)
    this.#heard++
    this.#heardAll = false
    const one = this.#heardExchange
    const { last, expects, modern } = meaningOf(one)
    this.#unheardContinue = expects
    this.#moved(this.#serverWalk, 'requests', 'head', last ? { last } : {})
    this.#said = false
    // RFC 9110 s. 15.2: an HTTP/1.0 client gets no interim responses.
    this.#interimsLeft = modern ? [...one.answer.interims] : []
  }

  #serverSends(): boolean {
    if (this.#down.ended) return false
    const { requests, responses } = this.#serverWalk.at
    if (responses === 'content') return this.#continues()
    if (responses !== 'due') return false
    if (requests === 'failed') return this.#apologizes()
    const one = this.#heardExchange
    const interim = this.#interimsLeft.shift()
    if (interim !== undefined) {
      this.#down.write(this.#server.send({ status: interim }))
      tellAll(this.#down.sent, `${interim} undefined`, [{ type: 'end' }])
      this.#moved(this.#serverWalk, 'responses', 'interim')
      if (interim === 100) this.#unheardContinue = false
      return true
    }
    // The server must not switch before the request is complete.
    if (!this.#heardAll && (!one.answer.early || answerOf(one).switches)) return false
    this.#answers(one)
    return true
  }

  #answers(one: Exchange): void {
    const index = this.#heard - 1
    const { status, content, untilClose, switches, bodiless } = answerOf(one)
    const closes = one.answer.connection === 'close' && !switches
    const last =
      this.#serverWalk.at.last || this.#unheardContinue || closes || untilClose || switches
    this.#saidLast.set(index, last)
    this.#unheardContinue = false
    this.#said = true
    const response = responseOf(one, index)
    this.#moved(this.#serverWalk, 'responses', 'head', last ? { last } : {})
    if (response !== 'whole') {
      const [head, ...others] = response
      this.#down.write(this.#server.send(head as ResponseEventInit))
      this.#unsaid = others
      tellAll(this.#down.sent, `${status} ${index}`, others)
      return
    }
    const headers = headersOf(one, index)
    // Sending content that the status forbids would be an error of the program.
    const body = answerOf(one).bare ? '' : content
    this.#down.write(this.#server.sendMessage({ head: { status, headers }, body }))
    const told = bodiless ? '' : body
    tellAll(this.#down.sent, `${status} ${index}`, [{ type: 'data', bytes: told }, { type: 'end' }])
    if (told !== '') this.#moved(this.#serverWalk, 'responses', 'data')
    this.#moved(this.#serverWalk, 'responses', switches ? 'switch' : 'end')
  }

  #continues(): boolean {
    const event = this.#unsaid.shift()
    if (event === undefined) throw new Error('nothing left to say')
    this.#down.write(this.#server.send(event))
    const { switches } = answerOf(this.#heardExchange)
    const end = switches ? 'switch' : 'end'
    this.#moved(this.#serverWalk, 'responses', event.type === 'data' ? 'data' : end)
    return true
  }

  /** Answers a truncated request with 400. */
  #apologizes(): boolean {
    // If it was truncated in its head, the server has not read it, and it is not counted yet.
    const index = this.#said ? this.#heard : this.#heard - 1
    this.#said = true
    this.#saidLast.set(index, true)
    const headers = { N: String(index) }
    this.#down.write(this.#server.sendMessage({ head: { status: 400, headers } }))
    tellAll(this.#down.sent, `400 ${index}`, [{ type: 'end' }])
    this.#moved(this.#serverWalk, 'responses', 'head')
    this.#moved(this.#serverWalk, 'responses', 'end')
    return true
  }

  // Either

  #end(who: 'client' | 'server'): boolean {
    const [connection, pipe, walk, side] =
      who === 'client'
        ? ([this.#client, this.#up, this.#clientWalk, 'requests'] as const)
        : ([this.#server, this.#down, this.#serverWalk, 'responses'] as const)
    if (pipe.ended || !walk.knows(side, 'close')) return false
    if (!connection.mustClose) this.abrupt = true
    if (who === 'client' && walk.at.requests === 'content') this.abrupt = true
    connection.close()
    walk.move(side, 'close')
    pipe.ended = true
    return true
  }

  /** Sends an event that is not due: that throws, and changes nothing, as the following steps verify. */
  #errs(who: 'client' | 'server', which: number): boolean {
    const walk = who === 'client' ? this.#clientWalk : this.#serverWalk
    const side = who === 'client' ? 'requests' : 'responses'
    const event = (['head', 'data', 'end', 'interim', 'close'] as const)[which % 5] ?? 'head'
    if (walk.knows(side, event)) {
      const tooEarly = who === 'client' && event === 'head' && walk.at.requests === 'complete'
      if (!tooEarly || this.#mayPipeline) return false
    }
    if (who === 'client' && event === 'interim') return false
    const connection = who === 'client' ? this.#client : this.#server
    const before = snapshot(connection)
    expect(() => {
      if (event === 'close') connection.close()
      else if (event === 'data') connection.send({ type: 'data', bytes: 'x' })
      else if (event === 'end') connection.send({ type: 'end' })
      else if (connection instanceof ClientConnection) {
        connection.send({ method: 'GET', target: '/', headers: { Host: 'a' } })
      } else connection.send({ status: event === 'interim' ? 103 : 200 })
    }).toThrow(expect.objectContaining({ code: 'WRONG_STATE', side: 'local' }))
    expect(snapshot(connection)).toEqual(before)
    return true
  }

  /** Checks the final state, when nothing is on its way and no action is possible. */
  checkEnd(): void {
    const { sent, read } = this.#up
    expect([this.#up.isEmpty, this.#down.isEmpty]).toEqual([true, true])
    // A server that ended between the head and the end of a switching response has not switched.
    if (this.abrupt && this.#client.switched && this.#down.ended) return
    expect(this.#client.switched).toBe(this.#server.switched)
    expect(this.#client.reusable).toBe(this.#server.reusable)
    if (this.#client.switched) {
      expect([this.#client.takeRest(), this.#server.takeRest()].map(latin1)).toEqual(['', ''])
    } else if (this.#client.reusable) {
      // Every exchange is complete.
      expect(this.#requested).toBe(this.#plan.exchanges.length)
      expect(this.#answered).toBe(this.#requested)
      expect(read).toEqual(sent)
      expect(this.#down.read).toEqual(this.#down.sent)
    } else {
      for (const at of [this.#clientWalk.at, this.#serverWalk.at]) {
        for (const state of [at.requests, at.responses]) {
          expect(['closed', 'failed', 'closing']).toContain(state)
        }
      }
    }
    if (!this.abrupt) {
      expect(this.#down.read).toEqual(this.#down.sent)
      expect(this.#broken).toBe(false)
      expect(this.#server.reusable || this.#server.switched || this.#clientWalk.at.last).toBe(true)
    }
  }
}

function idempotent(method: string): boolean {
  return ['GET', 'HEAD', 'PUT'].includes(method)
}

function trailersOf(event: { trailers: Iterable<readonly [string, string]> }): string {
  return [...event.trailers].map(([name, value]) => `${name}: ${value}`).join()
}

function snapshot(connection: ClientConnection | ServerConnection): object {
  const { requests, responses, persistent, switched, reusable, mustClose } = connection
  const { awaitsContinue, request } = connection
  return { requests, responses, persistent, switched, reusable, mustClose, awaitsContinue, request }
}

/** Delivers bytes to the other end, or the end of input once there are none. */
function arrive(pipe: Pipe, at: ClientConnection | ServerConnection, count: number): boolean {
  if (!pipe.isEmpty) {
    at.receive(pipe.take(count))
    return true
  }
  if (!pipe.ended || pipe.endArrived) return false
  at.receiveEnd()
  pipe.endArrived = true
  return true
}

/** Attempts the planned steps, then every usual action until nothing is left to do. */
function run(plan: Plan): World {
  const world = new World(plan)
  for (const [action, count] of plan.steps) world.do(action, count)
  const others = USUAL.filter((action) => action !== plan.lazy)
  do {
    for (let done = true; done; ) {
      done = false
      for (const action of others) while (world.do(action, 1_000)) done = true
      done ||= world.do(plan.lazy, 1_000)
    }
  } while (world.endIfDone())
  return world
}

test(
  'client and server follow the state tables, read what was sent, and agree on the final state',
  () => {
    fc.assert(
      fc.property(plan, (plan) => {
        run(plan).checkEnd()
      }),
      runs(1_500),
    )
  },
  TIMEOUT,
)
