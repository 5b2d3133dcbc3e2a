const NOTICE_AFTER_MS = 1000

/** Says what is waited for when the driver takes long to start. */
export async function withWaitingNotice<T>(starting: Promise<T>, say: (notice: string) => void): Promise<T> {
  const notice = setTimeout(() => say("waiting for NVIDIA's driver …"), NOTICE_AFTER_MS)
  try {
    return await starting
  } finally {
    clearTimeout(notice)
  }
}
