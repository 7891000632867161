/** What its owner sends along with a link, in the program's own terms. */
import type { Words } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'

type Facts = Pick<ServiceView, 'name' | 'kind' | 'preset' | 'access' | 'shareLink' | 'publicAddress'>

/** `address`: what is given away. Without it there is nothing to say. */
export function shareText({ name, kind, preset, access, shareLink, publicAddress }: Facts, address: string, { wizard }: Words): string {
  const { share } = wizard.link
  if (isWeb(kind)) return access === 'link' ? share.gated(name, address) : share.web(name, address)
  // Whoever opens the link is let in by it, and reads there which address to use.
  if (access === 'link' && shareLink !== null) return share.page(shareLink)
  const { host, port } = publicAddress ?? splitAddress(address)
  const plain = `${host}:${port}`
  switch (preset) {
    case 'jamulus':
    case 'minecraft':
    case 'teamspeak':
    case 'valheim':
      return share[preset](plain)
    case 'minecraft-bedrock':
      return share.bedrock(host, String(port))
    case 'mumble':
    case 'ssh':
      return share[preset](host, String(port))
    default:
      return share.raw(name, plain)
  }
}

function splitAddress(address: string): { host: string; port: string } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at), port: address.slice(at + 1) }
}
