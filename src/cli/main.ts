#!/usr/bin/env node
/**
 * The `httpwire` command as a process: its arguments, streams and exit code. `run.ts` does the rest.
 */

import { createReadStream, fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { version } from '../../package.json'
import { type Output, OutputClosed } from './io.ts'
import { run } from './run.ts'

const { NO_COLOR = '', TERM } = process.env

function output(stream: WriteStream): Output {
  const terminal = stream.isTTY === true
  // Without a listener an error would end the process. The failed write reports it.
  stream.on('error', () => {})
  return {
    terminal,
    colors: terminal && NO_COLOR === '' && TERM !== 'dumb',
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (!error) resolve()
          else reject(isClosed(error) ? new OutputClosed() : error)
        })
      }),
  }
}

function isClosed(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}

/** For a directory `process.stdin` is an empty stream, but reading the descriptor is a clear error. */
function standardInput(): Readable {
  const fd = 0
  return fstatSync(fd).isDirectory() ? createReadStream('', { fd }) : process.stdin
}

process.exitCode = await run(process.argv.slice(2), {
  version,
  read: (file) => (file === undefined ? standardInput() : createReadStream(file)),
  stdout: output(process.stdout),
  // If standard error fails, there is nowhere left to report it.
  stderr: { ...output(process.stderr), write: async (text) => void process.stderr.write(text) },
})
