/** macOS: `scutil --proxy`, the settings of the network in use. A password stands in the keychain and is not told. */
import { type ProxySettings, readProxy } from './settings.ts'

export const SCUTIL = ['--proxy'] as const

/** Lines of `Key : value`; the exceptions are an array of its own, `0 : *.local`. */
export function readDarwin(output: string): ProxySettings | undefined {
  const values = new Map<string, string>()
  const except: string[] = []
  let inExceptions = false
  for (const line of output.split('\n')) {
    const [, key = '', value = ''] = /^\s*(\w+) : (.*?)\s*$/.exec(line) ?? []
    if (key === 'ExceptionsList') inExceptions = true
    else if (/^\s*\}\s*$/.test(line)) inExceptions = false
    else if (inExceptions && /^\d+$/.test(key)) except.push(value)
    else if (key !== '') values.set(key, value)
  }
  if (values.get('HTTPSEnable') !== '1') return undefined
  if (values.get('ExcludeSimpleHostnames') === '1') except.push('<local>')
  const proxy = readProxy(values.get('HTTPSProxy') ?? '', Number(values.get('HTTPSPort')))
  return proxy && { proxy, except }
}
