/** What its owner sends along with what he gives away, in the program's own terms. */
import type { Words } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import type { Gift } from './steps.ts'

export function shareText(
  { name, kind, preset, access }: Pick<ServiceView, 'name' | 'kind' | 'preset' | 'access'>,
  gift: Gift,
  { wizard }: Words,
): string {
  const { share } = wizard.link
  if (isWeb(kind)) return access === 'link' ? share.gated(name, gift.text) : share.web(name, gift.text)
  // Whoever opens the link is let in by it, and reads there which address to use.
  if (gift.what === 'link') return share.page(gift.text)
  const at = gift.text.lastIndexOf(':')
  const [host, port] = [gift.text.slice(0, at), gift.text.slice(at + 1)]
  switch (preset) {
    case 'jamulus':
    case 'minecraft':
    case 'teamspeak':
    case 'valheim':
      return share[preset](gift.text)
    case 'minecraft-bedrock':
      return share.bedrock(host, port)
    case 'mumble':
    case 'ssh':
      return share[preset](host, port)
    default:
      return share.raw(name, gift.text)
  }
}
