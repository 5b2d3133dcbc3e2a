import { describe, expect, it } from 'vitest'
import { PcieRounds } from './pcie-rounds.ts'

const said = (position: number) => ({ pcie_tx_bytes_per_second: position, pcie_rx_bytes_per_second: 0 })

/** Which devices are asked in each tick, when asking one takes `waitMs`. */
function asked(rounds: PcieRounds, ticks: number, first = 0, waitMs = 40): number[][] {
  return Array.from({ length: ticks }, (_, i) => {
    const positions: number[] = []
    rounds.run(
      first + i,
      () => positions.length * waitMs,
      (position) => {
        positions.push(position)
        return said(position)
      },
    )
    return positions
  })
}

describe('PcieRounds', () => {
  it('asks all at first, and then each every two seconds, spread over the ticks', () => {
    expect(asked(new PcieRounds(3, 1000), 5)).toEqual([[0, 1, 2], [], [0, 2], [1], [0, 2]])
    const rounds = new PcieRounds(2, 100)
    expect(
      asked(rounds, 42).flatMap((positions, tick) => positions.map((position) => [tick, position])),
    ).toEqual([
      [0, 0],
      [0, 1],
      [20, 0],
      [21, 1],
      [40, 0],
      [41, 1],
    ])
    expect([rounds.latest(0), rounds.latest(1)]).toEqual([said(0), said(1)])
  })

  it('asks no more of them than half a period lasts, and goes on with the next in the tick after it', () => {
    const ticks = asked(new PcieRounds(9, 500), 9, 0, 200)
    expect(ticks[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(ticks.slice(1)).toEqual([[], [], [], [0, 4], [8, 1], [5, 6], [2, 3], [7, 0]])
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
