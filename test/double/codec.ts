/** Values as text, as far as a structured clone carries them. The function's own source also runs inside pages, so it uses nothing from outside. */
export interface Codec {
  /** Throws, as Electron does, for what cannot be cloned: functions, symbols, promises. */
  encode(value: unknown): string
  decode(text: string): unknown
}

type Tagged = { is: string; of?: unknown }

export function makeCodec(): Codec {
  const pack = (value: unknown, around: readonly unknown[]): unknown => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value === undefined) return { is: 'undefined' }
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { is: 'number', of: numberText(value) }
    if (typeof value === 'bigint') return { is: 'bigint', of: String(value) }
    if (typeof value !== 'object' || value instanceof Promise || value instanceof WeakMap) throw new Error('An object could not be cloned.')
    if (around.includes(value)) throw new Error('the double does not carry cyclic values')
    return packObject(value, [...around, value])
  }
  const packObject = (value: object, around: readonly unknown[]): Tagged => {
    const packAll = (values: Iterable<unknown>): unknown[] => [...values].map((one) => pack(one, around))
    if (Array.isArray(value)) return { is: 'array', of: packAll(value) }
    if (value instanceof Date) return { is: 'date', of: value.getTime() }
    if (value instanceof Map) return { is: 'map', of: [...value].map(packAll) }
    if (value instanceof Set) return { is: 'set', of: packAll(value) }
    if (value instanceof Error) return { is: 'error', of: [value.name, value.message] }
    if (value instanceof ArrayBuffer) return { is: 'ArrayBuffer', of: [...new Uint8Array(value)] }
    if (ArrayBuffer.isView(value)) {
      const kind = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name
      return { is: kind, of: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] }
    }
    return { is: 'object', of: Object.entries(value).map(([key, one]) => [key, pack(one, around)]) }
  }
  const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

  const unpack = (packed: unknown): unknown => {
    if (packed === null || typeof packed !== 'object') return packed
    const { is, of } = packed as Tagged
    const list = of as unknown[]
    const pairs = of as [unknown, unknown][]
    switch (is) {
      case 'undefined':
        return undefined
      case 'number':
        return Number(of)
      case 'bigint':
        return BigInt(of as string)
      case 'array':
        return list.map(unpack)
      case 'date':
        return new Date(of as number)
      case 'map':
        return new Map(pairs.map(([key, value]) => [unpack(key), unpack(value)]))
      case 'set':
        return new Set(list.map(unpack))
      case 'error':
        return Object.assign(new Error(String(list[1])), { name: String(list[0]) })
      case 'object':
        return Object.fromEntries(pairs.map(([key, value]) => [key, unpack(value)]))
      default: {
        const { buffer } = Uint8Array.from(list as number[])
        const View = (globalThis as unknown as Record<string, new (buffer: ArrayBufferLike) => unknown>)[is]
        return is === 'ArrayBuffer' || View === undefined ? buffer : new View(buffer)
      }
    }
  }

  return { encode: (value) => JSON.stringify(pack(value, [])), decode: (text) => unpack(JSON.parse(text)) }
}
