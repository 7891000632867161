/** Where services may lead, and the folders among them. */
import { isLoopback } from '../../protocol/model/address.ts'
import { portKey } from '../core/path-state.ts'
import type { State } from '../core/state.ts'
import { createFolders, type Folders } from '../folder/folders.ts'
import type { ForbiddenOptions } from '../proxy/forbidden.ts'
import type { Common } from './context.ts'
import { isOwnAddress, lanPrefixes } from './house.ts'

export interface Targets {
  readonly folders: Folders
  readonly forbidden: ForbiddenOptions
}

export function openTargets(folder: string, { state, publicRanges }: Common): Targets {
  const folders = createFolders(folder)
  return {
    folders,
    forbidden: {
      // A target that is ourselves would be a loop without an end.
      isOwnListener: (address, port) => listensAt(state(), address, port) || relayListensAt(state(), address, port),
      lanPrefixes,
      declaredPublic: publicRanges,
      folderSocket: (path) => folders.socketOf(path),
    },
  }
}

/** Mapped listeners take every IPv4 address of this machine, direct ones a single IPv6 address. */
function listensAt({ ports, ownListeners, network }: State, address: string, port: number): boolean {
  const services = new Set(ownListeners.map((exposure) => portKey(exposure, 'ipv6')))
  return Object.entries(ports).some(
    ([key, own]) =>
      own === port && !services.has(key) && (key.endsWith(' ipv6') ? address === network?.ipv6?.localAddress : isOwnAddress(address)),
  )
}

/** A relay on this very machine leads back to us: by its front, and by the ports that it gave our raw services. */
function relayListensAt({ relay, publicPorts }: State, address: string, port: number): boolean {
  if (relay.phase === 'none' || !relay.known) return false
  const { addresses, httpsPort } = relay.known
  const own = Object.values(addresses).filter((one) => one !== undefined && isOwnAddress(one))
  if (own.length === 0 || !(own.includes(address) || isLoopback(address))) return false
  return port === httpsPort || Object.values(publicPorts).includes(port)
}
