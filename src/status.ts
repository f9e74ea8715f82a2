/**
 * The `httpwire/status` entry: what is known of status codes, without the parser.
 */

export { forbidsContent, type StatusClass, statusClass } from './status/classes.ts'
export { reasonPhrase, statusCode } from './status/phrases.ts'
export { STATUS_CODES, STATUS_REGISTRY, type StatusCodeEntry } from './status/registry.ts'
export type { StatusCode, StatusNote } from './status/table.ts'
