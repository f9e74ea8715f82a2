/**
 * The part of a message to which the next byte belongs.
 */

export const enum State {
  HEAD,
  /** The body, with `remaining` bytes still to be read. */
  LENGTH_DATA,
  CLOSE_DATA,
  CHUNK_LINE,
  /** The chunk's data, with `remaining` bytes still to be read. */
  CHUNK_DATA,
  CHUNK_END,
  /** After the CR of a chunk's end. */
  CHUNK_END_LF,
  TRAILERS,
  /** The whole message has been read; the End event is next. */
  END,
  /** The peer may speak another protocol now. */
  SWITCHING,
}

/** The part of a message in which the input ended, for the detail of an {@link HttpError}. */
export const PARTS: Record<State, string> = {
  [State.HEAD]: 'in a head',
  [State.LENGTH_DATA]: 'in a body with Content-Length',
  [State.CLOSE_DATA]: 'in a body',
  [State.CHUNK_LINE]: 'in a chunk-size line',
  [State.CHUNK_DATA]: 'in chunk data',
  [State.CHUNK_END]: 'after chunk data',
  [State.CHUNK_END_LF]: 'after chunk data',
  [State.TRAILERS]: 'in a trailer section',
  [State.END]: 'at the end of a message',
  [State.SWITCHING]: 'while switching protocols',
}
