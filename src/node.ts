/**
 * The `httpwire/node` entry: connections on Node's streams.
 */

export { IncomingBody } from './node/incoming-body.ts'
export type { BodyPiece, Pieces } from './node/pieces.ts'
export {
  type ClientRequest,
  type ClientResponse,
  type RequestOptions,
  requestOver,
} from './node/request-over.ts'
export {
  type Handler,
  type ServedConnection,
  type ServerRequest,
  type ServerResponse,
  serveConnection,
} from './node/serve-connection.ts'
export type { ServeOptions } from './node/serve-options.ts'
