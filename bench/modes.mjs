/**
 * What a program wants to know of a message. "Head, framing and body" is in all of them: where each
 * message ends, and the bytes of every piece of its body taken as a view.
 */

export const MODES = {
  demand: 'strings on demand',
  values: 'three values read',
  all: 'all strings',
}

export const MODE_TEXTS = {
  demand: 'head, framing and body; no string is made',
  values: 'and method, target and Host, or status, Content-Type and Content-Length',
  all: 'and the start-line, every name and every value as a string',
}
