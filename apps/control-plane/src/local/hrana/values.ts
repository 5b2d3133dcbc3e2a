import { HranaError } from './hrana-error.ts'
import type { Statement, WireValue } from './wire.ts'

type NativeValue = null | bigint | number | string | Buffer

/** Positional or named arguments, as the native library takes them. */
export type Bindings = NativeValue[] | Record<string, NativeValue>

/**
 * The arguments of a statement as the native library binds them: a list, or an object keyed by name without
 * its prefix. Integers are bigint, because the library binds every JavaScript number as REAL.
 */
export function bindingsOf(stmt: Statement): Bindings {
  if (stmt.named_args.length === 0) return stmt.args.map(toNative)
  if (stmt.args.length > 0) {
    throw new HranaError('ARGS_BOTH_POSITIONAL_AND_NAMED', 'Give positional or named arguments, not both')
  }
  return Object.fromEntries(
    stmt.named_args.map(({ name, value }) => [name.replace(/^[:@$]/, ''), toNative(value)]),
  )
}

/** A value the native library read, as the wire carries it. */
export function toWire(value: unknown): WireValue {
  if (value === null) return { type: 'null' }
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) }
  if (typeof value === 'string') return { type: 'text', value }
  if (value instanceof Uint8Array) return { type: 'blob', base64: Buffer.from(value).toString('base64') }
  if (typeof value !== 'number') throw new TypeError(`SQLite returned a value of type ${typeof value}`)
  if (Number.isFinite(value)) return { type: 'float', value }
  throw new HranaError('FLOAT_NOT_FINITE', `The result holds ${value}, which JSON cannot carry`)
}

function toNative(value: WireValue): NativeValue {
  switch (value.type) {
    case 'null':
      return null
    case 'integer':
      return BigInt(value.value)
    case 'float':
      return value.value
    case 'text':
      // The native library stores such a text whole but reads it back only up to the NUL.
      if (value.value.includes('\0'))
        throw new HranaError('ARGS_INVALID', 'A text argument holds a NUL character')
      return value.value
    case 'blob':
      return Buffer.from(value.base64, 'base64')
    default:
      return value satisfies never
  }
}
