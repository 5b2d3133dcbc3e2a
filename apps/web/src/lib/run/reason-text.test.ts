import { judgeLevel } from '@llm-loadtest/schema/metrics'
import { expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { ko } from '../../i18n/ko.ts'
import { reasonText } from './reason-text.ts'

const lag = { min: 60, max: 60, mean: 60, std: 0, p50: 60, p90: 60, p95: 60, p99: 60, p999: 60, count: 1 }
const { reasons } = judgeLevel({
  evidence: { event_loop_delay_p99_ms: 30, agent_cpu_percent: 99 },
  scheduleLag: lag,
  achievedRateRatio: 0.5,
  dropped: 7,
})

it('knows every reason that a verdict can have', () => {
  expect(reasons.map((reason) => reasonText(reason, ko))).toEqual([
    '전송 일정 지연 p99이 60.0 ms로 5 ms를 넘었습니다. 부하 생성기에 여유가 없었습니다.',
    '이벤트 루프 지연 p99이 30.0 ms로 20 ms를 넘었습니다. 부하 생성기에 여유가 없었습니다.',
    '에이전트 CPU 사용률이 99.0 %로 85 %를 넘었습니다. 부하 생성기에 여유가 없었습니다.',
    '목표 요청 속도의 50.0 %만 보냈습니다.',
    '보낼 때를 놓쳐 요청 7개를 보내지 못했습니다.',
  ])
  expect(reasonText(reasons[4] ?? '', en)).toBe('7 requests were dropped: their slot was missed.')
})

it('leaves an unknown reason as it is', () => {
  expect(reasonText('The clock went backwards', ko)).toBe('The clock went backwards')
})
