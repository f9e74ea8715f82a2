/**
 * The `httpwire/arbitraries` entry: fast-check generators of HTTP/1.x messages, for tests. They do not
 * depend on the parser. fast-check must be installed.
 */

export {
  chunkedBody,
  type GeneratedChunk,
  type GeneratedChunkedBody,
} from './arbitraries/chunked-body.ts'
export { type Cut, chunkings, cuts } from './arbitraries/chunkings.ts'
export type { LengthConstraints } from './arbitraries/constraints.ts'
export {
  type FieldLine,
  fieldLines,
  fieldName,
  fieldValue,
} from './arbitraries/fields.ts'
export type { GeneratedMessage, PlainMessage } from './arbitraries/messages.ts'
export { type GeneratedRequest, type RequestConstraints, request } from './arbitraries/requests.ts'
export {
  type GeneratedResponse,
  type ResponseConstraints,
  response,
} from './arbitraries/responses.ts'
export {
  type GeneratedRequests,
  type GeneratedResponses,
  requests,
  responses,
  type SequenceConstraints,
} from './arbitraries/streams.ts'
export { type GeneratedTarget, target } from './arbitraries/targets.ts'
export {
  VIOLATIONS,
  type ViolatedRule,
  type Violation,
  type ViolationConstraints,
  violation,
} from './arbitraries/violations.ts'
