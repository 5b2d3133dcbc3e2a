import { NVML_RETURN } from './nvml-constants.ts'

/** A GPU that is there and was never read so far; `status` is the return code that says why. */
export type UnreadDevice = { index: number; status: number }

/** What is the matter with it, such as "is lost". */
export function unreadState({ status }: UnreadDevice): string {
  switch (status) {
    case NVML_RETURN.gpuIsLost:
      return 'is lost'
    case NVML_RETURN.resetRequired:
      return 'needs a reset'
    case NVML_RETURN.noPermission:
      return 'may not be accessed'
    default:
      return `cannot be read (NVML returned ${status})`
  }
}

/** The same with its name, such as "GPU 1 is lost". */
export const unreadText = (device: UnreadDevice): string => `GPU ${device.index} ${unreadState(device)}`

/** A sentence on each, for who starts the agent. */
export const unreadSentence = (device: UnreadDevice): string =>
  `${unreadText(device)}: it is left out until it answers.`
