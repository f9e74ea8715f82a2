/**
 * Which anomalies the canonical form removes: every one is dealt with in exactly one place.
 */

import { expect, test } from 'vitest'
import { ANOMALIES, AnomalyBit, listAnomalies } from '../../src/message/anomalies.ts'
import { IN_FIELDS, IN_LINES } from '../../src/serializer/repair.ts'

test('each anomaly is in lines, or in fields, or a missing Host, which only the caller can add', () => {
  const parts = [IN_LINES, IN_FIELDS, AnomalyBit.MISSING_HOST].flatMap(listAnomalies)
  expect(parts.sort()).toEqual([...ANOMALIES].sort())
})
