/** Names of the owner's own that lead here, as he decides. */
import { parseAddress } from '../../protocol/model/address.ts'
import { MAX_OWN_NAMES, OwnHost, type OwnName } from '../../protocol/model/own-name.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Controlled } from '../control/controlled.ts'
import type { Emit } from './loop.ts'
import type { SettingsFile } from './settings.ts'

/** Throws ProblemError; then nothing has changed. */
export function ownNames(settings: SettingsFile, dispatch: Emit): Pick<Controlled, 'addOwnName'> {
  const change = (names: OwnName[]): void => {
    settings.change({ ownNames: names })
    dispatch({ type: 'own-names-chosen', ownNames: names })
  }
  return {
    addOwnName({ host: text, service: name, files }) {
      const host = OwnHost.safeParse(text.toLowerCase().replace(/\.$/, ''))
      if (!host.success || parseAddress(text)) throw new ProblemError(problem('own-name-invalid', { name: text }))
      const service = settings.current.services.find((each) => each.name === name)
      if (!service) throw new ProblemError(problem('service-unknown', { name }))
      if (!isWeb(service.target.kind) && service.target.kind !== 'folder')
        throw new ProblemError(problem('gate-web-only', { service: name }))
      const others = settings.current.ownNames.filter((own) => own.host !== host.data)
      if (others.length >= MAX_OWN_NAMES) throw new ProblemError(problem('own-names-full', { name: text }))
      // Who keeps its addresses stays.
      const { provider } = settings.current.ownNames.find((own) => own.host === host.data) ?? {}
      change([...others, { host: host.data, service: name, ...(provider !== undefined && { provider }), ...(files && { files }) }])
    },
  }
}
