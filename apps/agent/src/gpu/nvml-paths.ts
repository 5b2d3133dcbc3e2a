import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

const LINUX_PATHS = [
  // By the loader: what the driver's packages and NVIDIA's container runtime set up.
  'libnvidia-ml.so.1',
  '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1',
  '/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1',
  '/usr/lib64/libnvidia-ml.so.1',
  '/usr/lib/libnvidia-ml.so.1',
  '/usr/local/nvidia/lib64/libnvidia-ml.so.1',
  '/run/opengl-driver/lib/libnvidia-ml.so.1',
  '/usr/lib/wsl/lib/libnvidia-ml.so.1',
]

function windowsPaths(environment: Environment): string[] {
  const root = environment['SystemRoot'] ?? 'C:\\Windows'
  const programs = environment['ProgramFiles'] ?? 'C:\\Program Files'
  return [join(root, 'System32', 'nvml.dll'), join(programs, 'NVIDIA Corporation', 'NVSMI', 'nvml.dll')]
}

/** Where NVML's library may be, most likely first. `NVML_LIBRARY` names the only place when it is set. */
export function nvmlPaths(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const named = environment['NVML_LIBRARY']
  if (named) return [named]
  if (platform === 'win32') return windowsPaths(environment)
  return platform === 'linux' ? LINUX_PATHS : []
}
