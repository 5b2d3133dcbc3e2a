import { NVML_RETURN } from './nvml-constants.ts'

/** A GPU that was there at the start and could not be read; `status` is the return code that says why. */
export type UnreadDevice = { index: number; status: number }

/** What is the matter with it, such as "GPU 1 is lost". */
export function unreadText({ index, status }: UnreadDevice): string {
  switch (status) {
    case NVML_RETURN.gpuIsLost:
      return `GPU ${index} is lost`
    case NVML_RETURN.resetRequired:
      return `GPU ${index} needs a reset`
    case NVML_RETURN.noPermission:
      return `GPU ${index} may not be accessed`
    default:
      return `GPU ${index} cannot be read (NVML returned ${status})`
  }
}

/** A sentence on each, for who starts the agent. */
export const unreadSentence = (device: UnreadDevice): string =>
  `${unreadText(device)}: it is left out until the agent is started again.`
