/**
 * The connection as a pair of state machines, written down as data: what the requests' side may say
 * next, what the responses' side may, and how one waits for the other. Which side is read and which
 * is written depends on the role; the rules do not.
 *
 * One exchange is looked at at a time: its request and the responses to it. A client that pipelines
 * is ahead of that with its requests; `waiting` says so.
 *
 * `machine.ts` compiles these tables, `docs/connection.md` draws them, and a model-based test walks
 * them. Nothing else in the library decides whose turn it is.
 */

/** Where the requests of a connection stand. */
export const REQUEST_STATES = [
  /** No request is under way. */
  'idle',
  /** A head has been sent: content and its end may follow. */
  'content',
  /** The request is complete, its exchange is not. */
  'complete',
  /** The request is complete and offers a switch of protocols: what follows may not be HTTP. */
  'offering',
  /** The connection speaks another protocol. */
  'switched',
  /** Nothing may follow but the end of the connection. */
  'closing',
  /** The client has ended its side. */
  'closed',
  /** What came, or did not come, broke a rule. */
  'failed',
] as const

/** Where the responses of a connection stand. */
export const RESPONSE_STATES = [
  /** Nobody waits for a response. */
  'idle',
  /** A request has begun, and its final response has not. */
  'due',
  /** A final head has been sent: content and its end may follow. */
  'content',
  /** The response is complete, its exchange is not. */
  'complete',
  /** The connection speaks another protocol. */
  'switched',
  /** Nothing may follow but the end of the connection. */
  'closing',
  /** The server has ended its side. */
  'closed',
  /** What came, or did not come, broke a rule. */
  'failed',
] as const

/**
 * Where the requests of a connection stand: `'idle'` none is under way; `'content'` one is, and is not complete;
 * `'complete'`; `'offering'` it is, and offers to leave HTTP; `'switched'`; `'closing'` none may follow;
 * `'closed'` the client has ended its side; `'failed'` a rule was broken.
 */
export type RequestState = (typeof REQUEST_STATES)[number]
/**
 * Where the responses stand: `'idle'` none is due; `'due'`; `'content'` one has begun; `'complete'` it is, and its
 * exchange is not; `'switched'`; `'closing'` none may follow; `'closed'` the server has ended its side;
 * `'failed'` a rule was broken.
 */
export type ResponseState = (typeof RESPONSE_STATES)[number]

/** What happens on a side. */
export const EVENTS = [
  /** An interim response: 1xx, but for 101. */
  'interim',
  /** The head of a request, or of a final response. */
  'head',
  /** A piece of content, or a chunk line. */
  'data',
  /** The end of a message. */
  'end',
  /** The end of a message after which the protocol may change (a request) or does (a response). */
  'switch',
  /** The end of a side. */
  'close',
  /** A broken rule. */
  'error',
] as const

export type Event = (typeof EVENTS)[number]

type Moves<State extends string> = Readonly<Record<State, Readonly<Partial<Record<Event, State>>>>>

/** What may happen in each state of the requests, and the state after it. */
export const REQUEST_MOVES: Moves<RequestState> = {
  idle: { head: 'content', close: 'closed', error: 'failed' },
  content: {
    data: 'content',
    end: 'complete',
    switch: 'offering',
    close: 'failed',
    error: 'failed',
  },
  // The next head: only of a client that pipelines (RFC 9112 s. 9.3.2).
  complete: { head: 'content', close: 'closed', error: 'failed' },
  offering: { close: 'closed', error: 'failed' },
  switched: {},
  closing: { close: 'closed' },
  closed: { close: 'closed' },
  failed: { close: 'failed' },
}

/** What may happen in each state of the responses, and the state after it. */
export const RESPONSE_MOVES: Moves<ResponseState> = {
  // A head that no request asked for: only a server's own, as 408 (RFC 9110 s. 15.5.9).
  idle: { head: 'content', close: 'closed', error: 'failed' },
  // An end: of an interim response, which ends nothing else.
  due: { interim: 'due', end: 'due', head: 'content', close: 'closed', error: 'failed' },
  content: {
    data: 'content',
    end: 'complete',
    switch: 'switched',
    close: 'failed',
    error: 'failed',
  },
  complete: { close: 'closed', error: 'failed' },
  switched: {},
  closing: { close: 'closed' },
  closed: { close: 'closed' },
  failed: { close: 'failed' },
}

/** What two sides and the connection have to be like for a rule to hold. */
export interface JointRule {
  readonly requests: readonly RequestState[]
  readonly responses: readonly ResponseState[]
  /** Whether the connection may outlive the exchange (RFC 9112 s. 9.3). Either, unless given. */
  readonly persistent?: boolean
  /** Whether responses to further requests are to come. Either, unless given. */
  readonly waiting?: boolean
  /** What becomes of the two; a side that is not named stays. */
  readonly become: { readonly requests?: RequestState; readonly responses?: ResponseState }
  readonly why: string
}

/** How each side follows from the other. Applied from the top, until none changes anything. */
export const JOINT_RULES: readonly JointRule[] = [
  {
    requests: ['content', 'complete', 'offering', 'failed'],
    responses: ['idle'],
    become: { responses: 'due' },
    why: 'a request has begun, or broken a rule: it is to be answered',
  },
  {
    requests: ['offering'],
    responses: ['switched'],
    become: { requests: 'switched' },
    why: 'the switch is made (RFC 9110 s. 7.8, 9.3.6)',
  },
  {
    requests: ['content', 'complete', 'offering', 'closed', 'failed'],
    responses: ['complete'],
    waiting: true,
    become: { responses: 'due' },
    why: 'the response to the next request in the pipeline is due (RFC 9112 s. 9.3.2)',
  },
  {
    requests: ['offering'],
    responses: ['complete'],
    waiting: false,
    become: { requests: 'complete' },
    why: 'the switch is declined: HTTP goes on',
  },
  {
    requests: ['complete'],
    responses: ['complete'],
    waiting: false,
    persistent: true,
    become: { requests: 'idle', responses: 'idle' },
    why: 'the exchange is over, the connection persists (RFC 9112 s. 9.3)',
  },
  {
    requests: ['idle'],
    responses: ['idle'],
    persistent: false,
    become: { requests: 'closing', responses: 'closing' },
    why: 'there is to be no further exchange',
  },
  {
    requests: ['complete', 'idle'],
    responses: ['complete', 'closing'],
    waiting: false,
    persistent: false,
    become: { requests: 'closing' },
    why: 'no further request on this connection (RFC 9112 s. 9.6)',
  },
  {
    requests: ['content', 'closing', 'closed', 'failed'],
    responses: ['complete'],
    waiting: false,
    persistent: false,
    become: { responses: 'closing' },
    why: 'this was the last response (RFC 9112 s. 9.6)',
  },
  {
    requests: ['closed', 'failed'],
    responses: ['idle', 'complete'],
    waiting: false,
    become: { responses: 'closing' },
    why: 'no further request will come',
  },
  {
    requests: ['idle', 'complete', 'offering'],
    responses: ['closed', 'failed'],
    become: { requests: 'closing' },
    why: 'no further response will come',
  },
]
