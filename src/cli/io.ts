/**
 * What the command needs from its environment, as an interface that tests can implement.
 */

/** A destination of text: standard output or standard error. */
export interface Output {
  /** Whether a person watches it. */
  readonly terminal: boolean
  /** Whether it may show colours. */
  readonly colors: boolean
  /**
   * Writes `text`; settles when there is room for more.
   *
   * @throws OutputClosed if the reader is gone.
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

/** The reader has closed the output, as `head` does: not a failure of the command. */
export class OutputClosed extends Error {}
