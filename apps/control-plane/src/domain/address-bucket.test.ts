import { expect, it } from 'vitest'
import { addressBucket } from './address-bucket.ts'

it.each([
  ['203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8::1', '2001:db8:0:0'],
  ['2001:0db8:0001::', '2001:db8:1:0'],
  ['::1', '0:0:0:0'],
  ['unknown', 'unknown'],
])('a limit by address counts %s as %s', (address, bucket) => {
  expect(addressBucket(address)).toBe(bucket)
})
