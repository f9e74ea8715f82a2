/**
 * The connection as a pair of state machines, defined as data: which events each side allows next, and
 * how one side waits for the other. The role decides which side is read and which is written; the
 * rules are the same for both roles.
 *
 * The states describe one exchange: a request and the responses to it. If a pipelining client has sent
 * further requests, the connection is `waiting`.
 *
 * `machine.ts` compiles these tables, `docs/connection.md` is made from them, and a model-based test
 * walks them. Nothing else in the library decides whose turn it is.
 */

/** The states of a connection's requests. */
export const REQUEST_STATES = [
  /** No request is under way. */
  'idle',
  /** A head has been sent: content and its end may follow. */
  'content',
  /** The request is complete; its exchange is not. */
  'complete',
  /** The request is complete and offers a switch of protocols: what follows may not be HTTP. */
  'offering',
  /** The connection speaks another protocol. */
  'switched',
  /** Nothing may follow but the end of the connection. */
  'closing',
  /** The client has ended its side. */
  'closed',
  /** A rule was broken, or the side ended inside a message. */
  'failed',
] as const

/** The states of a connection's responses. */
export const RESPONSE_STATES = [
  /** No response is due. */
  'idle',
  /** A request has begun; its final response has not. */
  'due',
  /** A final head has been sent: content and its end may follow. */
  'content',
  /** The response is complete; its exchange is not. */
  'complete',
  /** The connection speaks another protocol. */
  'switched',
  /** Nothing may follow but the end of the connection. */
  'closing',
  /** The server has ended its side. */
  'closed',
  /** A rule was broken, or the side ended inside a message. */
  'failed',
] as const

/**
 * The state of a connection's requests: `'idle'` none is in progress; `'content'` one has begun;
 * `'complete'` it is complete, its exchange is not; `'offering'` likewise, with an offer to leave HTTP;
 * `'switched'` the connection has left HTTP; `'closing'` none may follow; `'closed'` the client has
 * ended its side; `'failed'` a rule was broken.
 */
export type RequestState = (typeof REQUEST_STATES)[number]
/**
 * The state of a connection's responses: `'idle'` none is due; `'due'` a final one has not begun;
 * `'content'` it has begun; `'complete'` it is complete, its exchange is not; `'switched'` the
 * connection has left HTTP; `'closing'` none may follow; `'closed'` the server has ended its side;
 * `'failed'` a rule was broken.
 */
export type ResponseState = (typeof RESPONSE_STATES)[number]

/** The events of a side. */
export const EVENTS = [
  /** An interim response: any 1xx but 101. */
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

/** The events that each state of the requests allows, and the state after each. */
export const REQUEST_MOVES: Moves<RequestState> = {
  idle: { head: 'content', close: 'closed', error: 'failed' },
  content: {
    data: 'content',
    end: 'complete',
    switch: 'offering',
    close: 'failed',
    error: 'failed',
  },
  // Only a client that pipelines sends the next head here (RFC 9112 s. 9.3.2).
  complete: { head: 'content', close: 'closed', error: 'failed' },
  offering: { close: 'closed', error: 'failed' },
  switched: {},
  closing: { close: 'closed' },
  closed: { close: 'closed' },
  failed: { close: 'failed' },
}

/** The events that each state of the responses allows, and the state after each. */
export const RESPONSE_MOVES: Moves<ResponseState> = {
  // Only a server may begin a response that no request asked for, such as 408 (RFC 9110 s. 15.5.9).
  idle: { head: 'content', close: 'closed', error: 'failed' },
  // The end is that of an interim response: the final one is still due.
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

/** The conditions under which a rule applies, and what it changes. */
export interface JointRule {
  readonly requests: readonly RequestState[]
  readonly responses: readonly ResponseState[]
  /** Whether the connection may outlive the exchange (RFC 9112 s. 9.3). Either if omitted. */
  readonly persistent?: boolean
  /** Whether responses to further requests are expected. Either if omitted. */
  readonly waiting?: boolean
  /** The new states. A side that is not named keeps its state. */
  readonly become: { readonly requests?: RequestState; readonly responses?: ResponseState }
}

/**
 * How each side follows from the other. Applied from the top until none applies. The comments are the
 * reasons, and go into `docs/connection.md`.
 */
export const JOINT_RULES: readonly JointRule[] = [
  /** A request has begun or broken a rule, and must be answered. */
  {
    requests: ['content', 'complete', 'offering', 'failed'],
    responses: ['idle'],
    become: { responses: 'due' },
  },
  /** The switch is made (RFC 9110 s. 7.8, 9.3.6). */
  {
    requests: ['offering'],
    responses: ['switched'],
    become: { requests: 'switched' },
  },
  /** The response to the next request in the pipeline is due (RFC 9112 s. 9.3.2). */
  {
    requests: ['content', 'complete', 'offering', 'closed', 'failed'],
    responses: ['complete'],
    waiting: true,
    become: { responses: 'due' },
  },
  /** The switch is declined, and HTTP goes on. */
  {
    requests: ['offering'],
    responses: ['complete'],
    waiting: false,
    become: { requests: 'complete' },
  },
  /** The exchange is over, and the connection persists (RFC 9112 s. 9.3). */
  {
    requests: ['complete'],
    responses: ['complete'],
    waiting: false,
    persistent: true,
    become: { requests: 'idle', responses: 'idle' },
  },
  /** There will be no further exchange. */
  {
    requests: ['idle'],
    responses: ['idle'],
    persistent: false,
    become: { requests: 'closing', responses: 'closing' },
  },
  /** There will be no further request (RFC 9112 s. 9.6). */
  {
    requests: ['complete', 'idle'],
    responses: ['complete', 'closing'],
    waiting: false,
    persistent: false,
    become: { requests: 'closing' },
  },
  /** This was the last response (RFC 9112 s. 9.6). */
  {
    requests: ['content', 'closing', 'closed', 'failed'],
    responses: ['complete'],
    waiting: false,
    persistent: false,
    become: { responses: 'closing' },
  },
  /** No further request will come. */
  {
    requests: ['closed', 'failed'],
    responses: ['idle', 'complete'],
    waiting: false,
    become: { responses: 'closing' },
  },
  /** No further response will come. */
  {
    requests: ['idle', 'complete', 'offering'],
    responses: ['closed', 'failed'],
    become: { requests: 'closing' },
  },
]
