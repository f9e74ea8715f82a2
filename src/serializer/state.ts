/**
 * The states of a serializer: what may be written next. They mirror the parser's.
 */

/** The part of a message that comes next. The states between HEAD and SWITCHING are inside a message. */
export const enum State {
  HEAD,
  NO_CONTENT,
  /** Content with `remaining` bytes to come. */
  LENGTH_DATA,
  CLOSE_DATA,
  CHUNK_LINE,
  /** Chunk data with `remaining` bytes to come. */
  CHUNK_DATA,
  TRAILERS,
  /** Another protocol may follow. */
  SWITCHING,
  /** The last message ends with the connection, so none can follow. */
  CLOSED,
}

/** The state as named in `WRONG_STATE` errors. */
export const PARTS: Record<State, string> = {
  [State.HEAD]: 'before a head',
  [State.NO_CONTENT]: 'before the end of a message without content',
  [State.LENGTH_DATA]: 'in a body with Content-Length',
  [State.CLOSE_DATA]: 'in a body that ends with the connection',
  [State.CHUNK_LINE]: 'in a chunked body',
  [State.CHUNK_DATA]: 'in a chunk',
  [State.TRAILERS]: 'after the last chunk',
  [State.SWITCHING]: 'while switching protocols',
  [State.CLOSED]: 'after a body that ends with the connection',
}
