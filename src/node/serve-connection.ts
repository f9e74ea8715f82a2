/**
 * The function that programs call for each connection that a server accepts.
 */

import type { Duplex } from 'node:stream'
import { requireFunction } from '../checks.ts'
import type { Handler } from './exchange.ts'
import { own, requireFree } from './owned-streams.ts'
import { completeServeOptions, type ServedConnection, type ServeOptions } from './serve-options.ts'
import { Served } from './served-connection.ts'
import { requireByteStream } from './stream-input.ts'

/**
 * Serves HTTP/1.x on `duplex`, any bidirectional stream of bytes that emits `close`: TCP, TLS, a Unix
 * socket. The caller opens it and leaves it alone until `closed` resolves; the connection ends it.
 *
 * @throws TypeError or RangeError naming the invalid option. Error if the stream carries a connection already.
 */
export function serveConnection(
  duplex: Duplex,
  handler: Handler,
  options?: ServeOptions,
): ServedConnection {
  requireByteStream(duplex)
  requireFunction('the handler', handler)
  const rules = completeServeOptions(options)
  requireFree(duplex)
  const served = new Served(duplex, handler, rules)
  own(duplex, served)
  return served
}
