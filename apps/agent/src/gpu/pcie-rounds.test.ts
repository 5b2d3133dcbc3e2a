import { describe, expect, it } from 'vitest'
import { PcieRounds } from './pcie-rounds.ts'

const WAIT_MS = 40
const said = (position: number) => ({ pcie_tx_bytes_per_second: position, pcie_rx_bytes_per_second: 0 })

/** Which devices are asked in each tick, when asking one takes WAIT_MS. */
function asked(rounds: PcieRounds, ticks: number, first = 0): number[][] {
  return Array.from({ length: ticks }, (_, i) => {
    const positions: number[] = []
    rounds.run(
      first + i,
      () => positions.length * WAIT_MS,
      (position) => {
        positions.push(position)
        return said(position)
      },
    )
    return positions
  })
}

describe('PcieRounds', () => {
  it('asks every device once a second, when a period lasts as long', () => {
    expect(asked(new PcieRounds(3, 1000), 3)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  it('asks all at first, then in turn as far as half a period lasts, each once a second', () => {
    const rounds = new PcieRounds(4, 100)
    const ticks = asked(rounds, 22)
    expect(ticks.slice(0, 14)).toEqual([
      [0, 1, 2, 3],
      ...Array.from({ length: 9 }, () => []),
      [0, 1],
      [2, 3],
      [],
      [],
    ])
    expect(ticks.slice(20)).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect([0, 1, 2, 3].map((position) => rounds.latest(position))).toEqual([0, 1, 2, 3].map(said))
  })

  it('asks a device that it forgot anew', () => {
    const rounds = new PcieRounds(2, 100)
    asked(rounds, 1)
    rounds.forget(1)
    expect(rounds.latest(1)).toBeNull()
    expect(asked(rounds, 1, 1)).toEqual([[1]])
    expect(rounds.latest(1)).toEqual(said(1))
  })

  it('asks one again at the next tick that could not be asked', () => {
    const rounds = new PcieRounds(1, 1000)
    rounds.run(
      0,
      () => 0,
      () => null,
    )
    expect(rounds.latest(0)).toBeNull()
    expect(asked(rounds, 1, 1)).toEqual([[0]])
  })
})
