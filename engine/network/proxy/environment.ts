/** The variables that curl and most others read. `HTTPS_PROXY` says how https is reached: an `http://` proxy that is asked to CONNECT. */
import { type ProxySettings, readProxy } from './settings.ts'

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const proxy = readProxy(env.https_proxy || env.HTTPS_PROXY || '')
  return proxy && { proxy, except: (env.no_proxy ?? env.NO_PROXY ?? '').slice(0, 10_000).split(/[\s,]+/) }
}
