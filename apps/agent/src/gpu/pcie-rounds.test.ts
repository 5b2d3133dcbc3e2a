import { expect, it } from 'vitest'
import type { PcieThroughput } from './device-reader.ts'
import { PcieRounds } from './pcie-rounds.ts'

/** Devices that take some time each to answer, with the number of the tick. */
function rounds(devices: number, periodMs: number, answerMs: number) {
  const pcie = new PcieRounds(devices, periodMs)
  let tick = 0
  const run = (): number[] => {
    const asked: number[] = []
    const answer = (position: number): PcieThroughput => {
      asked.push(position)
      return { pcie_tx_bytes_per_second: tick, pcie_rx_bytes_per_second: position }
    }
    pcie.run(tick, () => asked.length * answerMs, answer)
    tick++
    return asked
  }
  return { pcie, run }
}

it('asks every device at every tick that is a second after the last', () => {
  const { run } = rounds(2, 1000, 40)
  expect([run(), run(), run()]).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ])
})

it('asks once a second at higher rates, and keeps the value in between', () => {
  const { pcie, run } = rounds(1, 250, 0)
  const ticks = Array.from({ length: 6 }, () => [run(), pcie.latest(0)?.pcie_tx_bytes_per_second])
  expect(ticks).toEqual([
    [[0], 0],
    [[], 0],
    [[], 0],
    [[], 0],
    [[0], 4],
    [[], 4],
  ])
})

it('asks all at the first tick, then stays within half of the period, and goes on where it stopped', () => {
  const { run } = rounds(8, 100, 40)
  const ticks = Array.from({ length: 15 }, run)
  expect(ticks[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(ticks.slice(1, 10).flat()).toEqual([])
  expect(ticks.slice(10)).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], []])
})

it('gives each device its turn where there is never time for all', () => {
  const { run } = rounds(3, 1000, 400)
  run()
  expect([run(), run(), run()]).toEqual([
    [0, 1],
    [2, 0],
    [1, 2],
  ])
})

it('forgets a device that does not answer any more, and asks it as soon as it does', () => {
  const { pcie, run } = rounds(1, 100, 0)
  run()
  pcie.forget(0)
  expect(pcie.latest(0)).toBeNull()
  expect(run()).toEqual([0])
})
