/**
 * What a program reads of a message. All modes include head, framing and body: where each message ends,
 * and a view of every piece of its body.
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
