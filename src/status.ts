/**
 * The `httpwire/status` entry: status codes, their classes and reason phrases, without the parser.
 */

export { forbidsContent, type StatusClass, statusClass } from './status/classes.ts'
export { reasonPhrase, statusCode } from './status/phrases.ts'
export { STATUS_CODES, STATUS_REGISTRY, type StatusCodeEntry } from './status/registry.ts'
export type { StatusCode, StatusNote } from './status/table.ts'
