import type { GpuMonitor } from '../gpu/gpu-monitor.ts'
import { unreadSentence } from '../gpu/unread-device.ts'
import type { Log } from '../log.ts'

type LoggedGpus = Pick<GpuMonitor, 'devices' | 'unread' | 'absence' | 'subscribe'>

/** Says in the agent's log which GPUs cannot be read and why, and when one of them can. */
export function logGpus(gpus: LoggedGpus, log: Pick<Log, 'info'>): void {
  let known = gpus.devices
  if (gpus.absence) log.info(gpus.absence.message)
  for (const device of gpus.unread) log.info(unreadSentence(device))
  gpus.subscribe(() => {
    const { devices } = gpus
    if (devices === known) return
    const found = devices.filter(({ uuid }) => known.every((each) => each.uuid !== uuid))
    known = devices
    for (const { index, name } of found) log.info(`GPU ${index} (${name}) answers: it is sampled now.`)
  })
}
