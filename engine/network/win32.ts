/** Default routes on Windows, from PowerShell as JSON: `route print` speaks the language of the installation. */

import { join } from 'node:path'
import { familyOf } from '../../protocol/model/address.ts'
import type { DefaultRoute, RouteTable } from './interfaces.ts'
import { runTool } from './run-tool.ts'

/** PowerShell alone needs one to three seconds on a cold machine. */
const TOOL_TIMEOUT_MS = 10_000

/** Enumerations are turned to text inside, since versions 5 and 7 write them differently; names of interfaces need UTF-8. */
const SCRIPT = [
  '[Console]::OutputEncoding = [Text.Encoding]::UTF8',
  "$r = Get-NetRoute -DestinationPrefix '0.0.0.0/0','::/0' -ErrorAction SilentlyContinue | Select-Object InterfaceAlias,DestinationPrefix,NextHop,RouteMetric,InterfaceMetric",
  '$a = Get-NetIPAddress -AddressFamily IPv6 -ErrorAction SilentlyContinue | Select-Object IPAddress,@{n=\'SuffixOrigin\';e={"$($_.SuffixOrigin)"}},@{n=\'AddressState\';e={"$($_.AddressState)"}}',
  'ConvertTo-Json -Compress -Depth 3 @{routes=@($r);addresses=@($a)}',
].join('; ')

export async function readWin32Routes(signal: AbortSignal): Promise<RouteTable> {
  const powershell = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe')
  return parseNetRoute(await runTool(powershell, ['-NoProfile', '-NonInteractive', '-Command', SCRIPT], TOOL_TIMEOUT_MS, signal))
}

/** Throws when the text is no JSON; leaves out every row that is not what it should be. */
export function parseNetRoute(text: string): RouteTable {
  const { routes, addresses } = JSON.parse(text.replace(/^\uFEFF/, '')) as { routes?: unknown; addresses?: unknown }
  return { routes: rows(routes).flatMap(toRoute), passing: new Set(rows(addresses).flatMap(toPassing)) }
}

function rows(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row !== null) : []
}

function toRoute(row: Record<string, unknown>): DefaultRoute[] {
  const { InterfaceAlias: interfaceName, DestinationPrefix: prefix, NextHop: nextHop } = row
  if (typeof interfaceName !== 'string' || typeof nextHop !== 'string') return []
  const family = prefix === '0.0.0.0/0' ? 'ipv4' : prefix === '::/0' ? 'ipv6' : undefined
  if (!family) return []
  const address = nextHop.split('%')[0] ?? ''
  const onLink = address === '0.0.0.0' || address === '::'
  // Windows adds the two (Get-NetRoute's own page).
  const metric = (Number(row.RouteMetric) || 0) + (Number(row.InterfaceMetric) || 0)
  return [{ family, gateway: !onLink && familyOf(address) === family ? address : null, interfaceName, metric }]
}

/** A temporary address has a random suffix and is not the one that the neighbours learnt (RFC 8981). */
function toPassing(row: Record<string, unknown>): string[] {
  const { IPAddress: address, SuffixOrigin: suffix, AddressState: state } = row
  if (typeof address !== 'string') return []
  return suffix === 'Random' || state !== 'Preferred' ? [address.split('%')[0] ?? ''] : []
}
