/**
 * What both connections share: what is done with bytes that come too late.
 */

import { describe, expect, test } from 'vitest'
import { ClientConnection, ServerConnection } from '../../src/index.ts'
import { bytes, codeOf } from '../support/connections.ts'

describe('receive()', () => {
  const failed = () => [
    new ServerConnection().receive(bytes('\0\r\n\r\n')),
    new ClientConnection().receive(bytes('\0\r\n\r\n')),
  ]

  test('ignores bytes after an error, but throws a TypeError for anything else', () => {
    for (const connection of failed()) {
      const code = codeOf(() => connection.read())
      expect(code).toMatch(/ remote$/)
      expect(connection.receive(bytes('junk'))).toBe(connection)
      expect(() => connection.receive('junk' as never)).toThrow(/^receive takes a Uint8Array/)
      expect(codeOf(() => connection.read())).toBe(code)
    }
  })

  test('is refused after receiveEnd(), even if an error came before or after that', () => {
    const refused = (connection: ClientConnection | ServerConnection) => {
      expect(codeOf(() => connection.receive(bytes('x')))).toBe('WRONG_STATE local')
    }
    refused(new ServerConnection().receiveEnd())
    refused(new ClientConnection().receiveEnd())
    for (const connection of failed()) {
      expect(codeOf(() => connection.read())).toMatch(/ remote$/)
      refused(connection.receiveEnd())
    }
    for (const connection of failed()) {
      connection.receiveEnd()
      expect(codeOf(() => connection.read())).toMatch(/ remote$/)
      refused(connection)
    }
  })
})
