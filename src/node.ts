/**
 * The `httpwire/node` entry: connections on Node's streams.
 */

export type { ClientRequest, ClientResponse, RequestOptions } from './node/client-request.ts'
export { ConnectionError, type TimeoutName } from './node/errors.ts'
export type { Handler, ServerRequest, ServerResponse } from './node/exchange.ts'
export { IncomingBody } from './node/incoming-body.ts'
export type { BodyPiece, BodyPieces, TrailersInit } from './node/pieces.ts'
export { requestOver } from './node/request-over.ts'
export { serveConnection } from './node/serve-connection.ts'
export type { ServedConnection, ServeOptions } from './node/serve-options.ts'
