import { AgentMessage } from '@llm-loadtest/schema'
import { sampleGpu, sampleGpuReading } from '@llm-loadtest/schema/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { GpuReading } from '../gpu/gpu-reading.ts'
import { GpuNews } from './gpu-news.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function reading(celsius: number): GpuReading {
  const { at_ms, at, energy_joules, energy_source, ...readings } = sampleGpuReading()
  const clocks = { monotonicMs: 1, wallMs: Date.UTC(2026, 0, 2) }
  return { ...readings, ...clocks, energyCounterJoules: 5, temperature_celsius: celsius }
}

function agent(devices = [sampleGpu()]) {
  const latest = devices.length > 0 ? [reading(60)] : []
  const source = { devices, periodMs: 1000, latest, subscribe: () => () => undefined }
  return { source, news: new GpuNews(source) }
}

function connection() {
  const sent: AgentMessage[] = []
  return { sent, session: { send: (message: AgentMessage) => void sent.push(AgentMessage.parse(message)) } }
}

it('tells the newest readings at once and every five seconds, until the connection is gone', () => {
  const { source, news } = agent()
  const { sent, session } = connection()
  news.introduce()
  news.attach(session)
  source.latest = [reading(70)]
  vi.advanceTimersByTime(4999)
  expect(sent).toHaveLength(1)
  vi.advanceTimersByTime(1)
  news.attach(null)
  vi.advanceTimersByTime(60_000)
  const samples = sent.flatMap((message) => (message.type === 'gpu_now' ? message.samples : []))
  expect(samples.map(({ temperature_celsius }) => temperature_celsius)).toEqual([60, 70])
  expect(samples[0]).toMatchObject({
    at: '2026-01-02T00:00:00.000Z',
    energy_joules: null,
    energy_source: null,
  })
})

it('goes on over the next connection alone', () => {
  const { news } = agent()
  const [first, second] = [connection(), connection()]
  news.attach(first.session)
  news.attach(second.session)
  vi.advanceTimersByTime(5000)
  expect([first.sent.length, second.sent.length]).toEqual([1, 2])
  news.attach(null)
})

it('tells the devices once they are others than the connection was told of', () => {
  const { source, news } = agent([])
  const { sent, session } = connection()
  expect(news.introduce()).toEqual([])
  news.attach(session)
  Object.assign(source, { devices: [sampleGpu()], latest: [reading(60)] })
  vi.advanceTimersByTime(10_000)
  expect(sent.map((message) => message.type === 'gpu_now' && message.devices)).toEqual([[sampleGpu()], null])
  expect(news.introduce()).toEqual([sampleGpu()])
  news.attach(session)
  expect(sent.at(-1)).toMatchObject({ devices: null })
  news.attach(null)
})

it('tells nothing where there is no GPU', () => {
  const { news } = agent([])
  const { sent, session } = connection()
  news.attach(session)
  vi.advanceTimersByTime(10_000)
  expect(sent).toEqual([])
})
