/**
 * Colours, for a terminal that supports them.
 */

export interface Style {
  strong(text: string): string
  faint(text: string): string
  warning(text: string): string
  failure(text: string): string
}

export const PLAIN: Style = {
  strong: (text) => text,
  faint: (text) => text,
  warning: (text) => text,
  failure: (text) => text,
}

/** Select Graphic Rendition (ECMA-48): turns a style on before a text, and off after it. */
const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`

export const COLORS: Style = {
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  warning: sgr(33, 39),
  failure: sgr(31, 39),
}
