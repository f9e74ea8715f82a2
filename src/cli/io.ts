/**
 * What the command needs of the world, so that a test can be the world.
 */

/** Where text goes: standard output or standard error. */
export interface Output {
  /** Whether a person watches it. */
  readonly terminal: boolean
  /** Whether it may be given colours. */
  readonly colors: boolean
  /**
   * Writes `text` and settles when there is room for more.
   *
   * @throws OutputClosed when nobody reads any longer.
   */
  write(text: string): Promise<void>
}

export interface Io {
  readonly version: string
  /** The bytes of a file, or of standard input for `undefined`, as they arrive. */
  read(file: string | undefined): AsyncIterable<Uint8Array>
  readonly stdout: Output
  readonly stderr: Output
}

/** The reader of the output has gone, as `head` does: no failure of ours. */
export class OutputClosed extends Error {}
