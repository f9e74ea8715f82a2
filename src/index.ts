/**
 * The public entry point: the synchronous core, which depends on no platform.
 */

export { ClientConnection } from './connection/client-connection.ts'
export type {
  ClientConnectionOptions,
  ConnectionOptions,
  ServerConnectionOptions,
} from './connection/options.ts'
export type { OutstandingRequest } from './connection/outstanding-requests.ts'
export type { RequestState, ResponseState } from './connection/rules.ts'
export { ServerConnection } from './connection/server-connection.ts'
export { type ErrorCode, HttpError, type HttpErrorJson, type HttpErrorOptions } from './errors.ts'
export {
  DEFAULT_LIMITS,
  type Leniency,
  type LeniencyInit,
  type Limits,
  type LimitsInit,
} from './limits.ts'
export type { Anomaly } from './message/anomalies.ts'
export type {
  Chunk,
  ChunkExtension,
  Data,
  End,
  Message,
  RequestEvent,
  ResponseEvent,
} from './message/events.ts'
export { Fields, type FieldsInit } from './message/fields.ts'
export type {
  MessageHead,
  RequestHead,
  RequestHeadJson,
  ResponseHead,
  ResponseHeadJson,
  Version,
} from './message/heads.ts'
export type {
  ChunkInit,
  ContentInit,
  DataInit,
  EndInit,
  MessageInit,
  RequestEventInit,
  RequestHeadInit,
  ResponseEventInit,
  ResponseHeadInit,
} from './message/init.ts'
export type { Framing } from './message/judgement.ts'
export { METHODS, type Method, type MethodProperties } from './message/methods.ts'
export type { TargetForm } from './message/target.ts'
export type { ParserOptions } from './parser/options.ts'
export {
  type ParseOptions,
  type ParseResult,
  parse,
  type SafeParseResult,
  safeParse,
} from './parser/parse.ts'
export { RequestParser } from './parser/request-parser.ts'
export { ResponseParser } from './parser/response-parser.ts'
export type { SerializerOptions } from './serializer/options.ts'
export { RequestSerializer } from './serializer/request-serializer.ts'
export { ResponseSerializer } from './serializer/response-serializer.ts'
export { type SerializeOptions, serialize } from './serializer/serialize.ts'
export { reasonPhrase, STATUS_CODES } from './status.ts'
