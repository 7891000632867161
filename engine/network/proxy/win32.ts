/** Windows: the account's Internet Settings, as `reg query` prints them. A password stands in the credential store and is not told. */
import { type ProxySettings, readProxy } from './settings.ts'

export const REG_QUERY = ['query', 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'] as const

/** Lines of `    Name    REG_TYPE    value`. `ProxyServer` is one proxy for everything, or `http=A:80;https=B:81`. */
export function readWin32(output: string): ProxySettings | undefined {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [, name, value] = /^\s+(\S+)\s+REG_\w+\s+(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) values.set(name, value)
  }
  if (Number(values.get('ProxyEnable')) !== 1) return undefined
  const servers = (values.get('ProxyServer') ?? '').split(';')
  const server = servers.find((each) => each.startsWith('https='))?.slice('https='.length) ?? servers.find((each) => !each.includes('='))
  const proxy = readProxy(server ?? '')
  return proxy && { proxy, except: (values.get('ProxyOverride') ?? '').split(';') }
}
