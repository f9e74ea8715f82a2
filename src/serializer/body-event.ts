/**
 * The events of a body, as the serializer takes them: data, the line of a chunk, the end.
 *
 * The caller's getters and iterators run here, once, before anything is checked or changed: they may give a
 * different value each time, and use the serializer or the connection that the event was passed to.
 */

import { isObject, show } from '../checks.ts'
import type { ChunkExtension } from '../message/events.ts'
import type { Fields } from '../message/fields.ts'
import type { RequestEventInit, ResponseEventInit } from '../message/init.ts'
import { contentBytes } from './content.ts'
import { asFields } from './head-init.ts'
import { copyExtensions } from './write-chunk-line.ts'

export type BodyEvent =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | {
      readonly type: 'chunk'
      readonly size: number
      readonly extensions: readonly ChunkExtension[]
    }
  | { readonly type: 'end'; readonly trailers: Fields }

/**
 * A copy of `event`, or `undefined` if it is not of a body: then it must be a head. `caller` is the name of
 * the method that the event was passed to.
 *
 * @throws TypeError naming what has the wrong type.
 */
export function readBodyEvent(
  event: RequestEventInit | ResponseEventInit,
  caller: string,
): BodyEvent | undefined {
  if (!isObject(event)) throw new TypeError(`${caller} takes an event, not ${show(event)}`)
  const { type } = event
  switch (type) {
    case 'data':
      return { type, bytes: contentBytes(event.bytes) }
    case 'chunk': {
      const { size, extensions } = event
      return { type, size, extensions: copyExtensions(extensions) }
    }
    case 'end':
      return { type, trailers: asFields(event.trailers, 'trailers') }
    default:
      return undefined
  }
}
