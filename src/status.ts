/**
 * The `httpwire/status` entry: status codes, their classes and reason phrases, without the parser.
 */

export { forbidsContent, type StatusClass, statusClass } from './status/classes.ts'
export { reasonPhrase, statusCode } from './status/phrases.ts'
export type { StatusNote } from './status/references.ts'
export { STATUS_CODES, STATUS_REGISTRY, type StatusCodeEntry } from './status/registry.ts'
export type { StatusCode } from './status/table.ts'
