/**
 * Where in a message the next byte belongs.
 */

export const enum State {
  HEAD,
  /** The body, `remaining` bytes of which are to come. */
  LENGTH_DATA,
  CLOSE_DATA,
  CHUNK_LINE,
  /** The chunk's data, `remaining` bytes of which are to come. */
  CHUNK_DATA,
  CHUNK_END,
  /** After the CR of a chunk's end. */
  CHUNK_END_LF,
  TRAILERS,
  /** Everything is read; the End event is to be emitted. */
  END,
  /** The peer may speak another protocol now. */
  SWITCHING,
}

/** What {@link HttpError} calls the part of a message in which the input ended. */
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
