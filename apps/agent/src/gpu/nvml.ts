import type { LibraryHandle } from 'koffi'
import { errorMessage } from '../error-message.ts'
import { NVML_RETURN } from './nvml-constants.ts'
import { NVML_FUNCTIONS, type NvmlFunctionName, type NvmlParameter } from './nvml-functions.ts'
import { NVML_STRUCTS, type NvmlStructName } from './nvml-layouts.ts'
import { type StructOffsets, textOf } from './struct-memory.ts'

/** What is handed to a function: a device's handle, an integer, or memory that NVML fills. */
export type NvmlArgument = bigint | number | Uint8Array | Uint32Array | BigUint64Array
type NativeFunction = (...parameters: readonly NvmlArgument[]) => number
type Koffi = typeof import('koffi')

const C_TYPES: Readonly<Record<NvmlParameter, string>> = {
  handle: 'void *',
  uint: 'uint32_t',
  memory: 'void *',
}

/** No library could be loaded. `tried` has what the loader said of each path. */
export class NvmlNotFound extends Error {
  override readonly name = 'NvmlNotFound'
  readonly tried: readonly { path: string; reason: string }[]

  constructor(tried: readonly { path: string; reason: string }[]) {
    super(`NVML could not be loaded from ${tried.map(({ path }) => path).join(', ') || 'anywhere'}`)
    this.tried = tried
  }
}

/** koffi's own binary could not be loaded. */
export class ForeignCallsUnavailable extends Error {
  override readonly name = 'ForeignCallsUnavailable'
}

/** NVML's library, loaded. Its functions are called by name; one that it does not have says so by its return code. */
export class NvmlLibrary {
  readonly path: string
  readonly #library: LibraryHandle
  readonly #functions: ReadonlyMap<NvmlFunctionName, NativeFunction>
  readonly #layouts: ReadonlyMap<NvmlStructName, StructOffsets>

  constructor(path: string, library: LibraryHandle, layouts: ReadonlyMap<NvmlStructName, StructOffsets>) {
    this.path = path
    this.#library = library
    this.#functions = bindFunctions(library)
    this.#layouts = layouts
  }

  /** Whether the library has a function. */
  has(name: NvmlFunctionName): boolean {
    return this.#functions.has(name)
  }

  /** Calls a function. @returns its nvmlReturn_t; functionNotFound when the library is too old to have it */
  call(name: NvmlFunctionName, ...parameters: readonly NvmlArgument[]): number {
    return this.#functions.get(name)?.(...parameters) ?? NVML_RETURN.functionNotFound
  }

  /** Where C has the members of a struct. */
  layout(name: NvmlStructName): StructOffsets {
    const layout = this.#layouts.get(name)
    if (!layout) throw new Error(`there is no layout of ${name}`)
    return layout
  }

  /** A text that `name` writes, called with the given parameters, the memory and its length; null when it fails. */
  text(name: NvmlFunctionName, length: number, ...before: readonly NvmlArgument[]): string | null {
    const memory = new Uint8Array(length)
    const status = this.call(name, ...before, memory, length)
    return status === NVML_RETURN.success ? textOf(memory) : null
  }

  /** Unloads it, so that a newer one on the disk can be loaded. Nothing of it may be called after that. */
  unload(): void {
    this.#library.unload()
  }
}

function bindFunctions(library: LibraryHandle): ReadonlyMap<NvmlFunctionName, NativeFunction> {
  const bound = new Map<NvmlFunctionName, NativeFunction>()
  const bind = (name: NvmlFunctionName, parameters: readonly NvmlParameter[]) => {
    try {
      const types = parameters.map((parameter) => C_TYPES[parameter])
      bound.set(name, library.func(name, 'int', types))
    } catch {
      // An older driver's library does not have it: calls of it then say functionNotFound.
    }
  }
  for (const name of functionNames()) bind(name, NVML_FUNCTIONS[name])
  return bound
}

function functionNames(): NvmlFunctionName[] {
  const isFunction = (name: string): name is NvmlFunctionName => Object.hasOwn(NVML_FUNCTIONS, name)
  return Object.keys(NVML_FUNCTIONS).filter(isFunction)
}

/** Lays the structs out as C does. Throws when a size is not NVIDIA's: readings would be of the wrong bytes. */
function layStructsOut(koffi: Koffi): ReadonlyMap<NvmlStructName, StructOffsets> {
  const isStruct = (name: string): name is NvmlStructName => Object.hasOwn(NVML_STRUCTS, name)
  const layouts = new Map<NvmlStructName, StructOffsets>()
  for (const name of Object.keys(NVML_STRUCTS).filter(isStruct)) {
    const { size, members } = NVML_STRUCTS[name]
    const type = koffi.struct({ ...members })
    if (koffi.sizeof(type) !== size) {
      throw new Error(`${name} has ${koffi.sizeof(type)} bytes on this system, and not ${size}`)
    }
    const offsets = Object.keys(members).map((member): [string, number] => [
      member,
      koffi.offsetof(type, member),
    ])
    layouts.set(name, { size, offsets: new Map(offsets) })
  }
  return layouts
}

/** Loads NVML from the first of the paths that has it. Throws NvmlNotFound when none does. */
export type NvmlLoader = (paths: readonly string[]) => NvmlLibrary

async function loadKoffi(): Promise<Koffi> {
  try {
    return await import('koffi')
  } catch (error) {
    throw new ForeignCallsUnavailable(errorMessage(error), { cause: error })
  }
}

/** Makes libraries callable from here. Throws ForeignCallsUnavailable where none can be. */
export async function nvmlLoader(): Promise<NvmlLoader> {
  const koffi = await loadKoffi()
  const layouts = layStructsOut(koffi)
  return (paths) => {
    const tried: { path: string; reason: string }[] = []
    for (const path of paths) {
      try {
        const library = new NvmlLibrary(path, koffi.load(path), layouts)
        if (library.has('nvmlInit_v2')) return library
        library.unload()
        tried.push({ path, reason: 'it is not NVML, as it has no nvmlInit_v2' })
      } catch (error) {
        tried.push({ path, reason: errorMessage(error) })
      }
    }
    throw new NvmlNotFound(tried)
  }
}
