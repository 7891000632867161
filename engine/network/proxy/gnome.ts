/** GNOME and the desktops that took over its settings: `gsettings list-recursively org.gnome.system.proxy`. */
import { type ProxySettings, readProxy } from './settings.ts'

export const GSETTINGS = ['list-recursively', 'org.gnome.system.proxy'] as const

/** Lines of `SCHEMA KEY VALUE`, where a value is GVariant text: `'quoted'`, `8080`, `['a', 'b']`. */
export function readGnome(output: string): ProxySettings | undefined {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [, schema, key, value] = /^org\.gnome\.system\.proxy(?:\.(\w+))? (\S+) (.*)$/.exec(line.trimEnd()) ?? []
    if (key !== undefined && value !== undefined) values.set(schema === undefined ? key : `${schema} ${key}`, value)
  }
  const text = (key: string): string => strings(values.get(key) ?? '')[0] ?? ''
  if (text('mode') !== 'manual') return undefined
  const same = values.get('use-same-proxy') === 'true'
  const section = text('https host') === '' && same ? 'http' : 'https'
  const proxy = readProxy(text(`${section} host`), Number(values.get(`${section} port`)))
  if (!proxy) return undefined
  if (values.get('http use-authentication') === 'true') {
    proxy.username = text('http authentication-user')
    proxy.password = text('http authentication-password')
  }
  return { proxy, except: strings(values.get('ignore-hosts') ?? '') }
}

/** Every quoted string in it. */
const strings = (text: string): string[] =>
  [...text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(([, single, double]) =>
    (single ?? double ?? '').replace(/\\(.)/g, '$1'),
  )
