/**
 * Turns are taken in order, end once, and are forgotten when they are withdrawn.
 */

import { setImmediate as nextTick } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Turns } from '../../src/node/turns.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function heapUsed(): Promise<number> {
  await nextTick()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test('turns begin in the order in which they were asked for, without those withdrawn', async () => {
  const turns = new Turns()
  const began: number[] = []
  const end = await turns.take(undefined)
  const controller = new AbortController()
  const withdrawn = turns.take(controller.signal)
  const others = [1, 2, 3].map(async (turn) => {
    const over = await turns.take(undefined)
    began.push(turn)
    over()
    over()
  })
  controller.abort(new Error('mine'))
  await expect(withdrawn).rejects.toThrow('mine')
  await nextTick()
  expect(began).toEqual([])
  end()
  await Promise.all(others)
  expect(began).toEqual([1, 2, 3])
  ;(await turns.take(undefined))()
  await expect(turns.take(controller.signal)).rejects.toThrow('mine')
})

test('withdrawn turns take no memory while they would still be waiting', async () => {
  const turns = new Turns()
  const end = await turns.take(undefined)
  const withdraw = async () => {
    const controller = new AbortController()
    const turn = turns.take(controller.signal)
    controller.abort()
    // `expect` would keep the promise.
    await turn.catch(() => {})
  }
  await withdraw()
  const before = await heapUsed()
  for (let i = 0; i < 5_000; i++) await withdraw()
  expect((await heapUsed()) - before).toBeLessThan(2_000_000)
  end()
})
