/** Which room does what each effect asks for, and which events the short ones end with. */
import { isPublic } from '../../protocol/model/address.ts'
import type { EffectOf } from '../core/plan.ts'
import { lookAtFirewall } from '../network/firewall/look.ts'
import { askFriend } from '../network/friend.ts'
import { askNat64 } from '../network/nat64.ts'
import { findSecondHop } from '../network/second-hop.ts'
import { askStun } from '../network/stun.ts'
import { learnTranslation } from '../network/translation.ts'
import { watchNetwork } from '../network/watch.ts'
import { tellAlerts } from './alerts.ts'
import { lookFromOutside, proveToStandby, publishNames, showAddress } from './asks.ts'
import { claimHosts } from './claims.ts'
import type { Context } from './context.ts'
import { seekTarget } from './follow-target.ts'
import { readCertificateLog, visitOwnNames } from './guard.ts'
import { hearRouter, keepRouter } from './keep-router.ts'
import { keepTunnel } from './keep-tunnel.ts'
import { keepUpstream } from './keep-upstream.ts'
import { listen } from './listen.ts'
import { createLookAtTarget } from './look-at-target.ts'
import type { Looks } from './looks.ts'
import type { Emit, Perform } from './loop.ts'
import { lookUpName, setName } from './names.ts'
import { rename } from './naming.ts'
import { inspectRules, openWay, removeRule } from './rules.ts'
import { lookAtSafety } from './safety.ts'
import { tryPort } from './try-port.ts'

export function createPerform(context: Context, looks: Looks): Perform {
  const lookAtTarget = createLookAtTarget(context)
  return async (effect, emit, signal) => {
    switch (effect.kind) {
      case 'watch-network':
        return await watch(context, emit, signal)
      case 'keep-tunnel':
        return await keepTunnel(context, effect, emit, signal)
      case 'listen':
        return await listen(context, effect, emit, signal)
      case 'hear-router':
        return await hearRouter(context, effect, emit, signal)
      case 'keep-router':
        return await keepRouter(context, effect, emit, signal)
      case 'keep-upstream':
        return await keepUpstream(context, effect, emit, signal)
      case 'open':
        return await openWay(context, effect, emit, signal)
      case 'inspect':
        return await inspectRules(context, effect, emit, signal)
      case 'remove-rule':
        return await removeRule(context, effect, emit, signal)
      case 'probe':
        return await lookFromOutside(context, effect, emit, signal)
      case 'prove-standby':
        return await proveToStandby(context, effect, emit, signal)
      case 'publish':
        return await publishNames(context, effect, emit, signal)
      case 'claim-hosts':
        return await claimHosts(context, effect, emit, signal)
      case 'obtain-certificate':
        return await context.certificates.obtain(effect.domain, emit, signal)
      case 'watch-certificate-files':
        return await context.certificates.watch(effect, emit, signal)
      case 'ask-renewal-info':
        return await context.certificates.askRenewal(effect.domain, emit, signal)
      case 'age-certificate':
        return emit({ type: 'certificate-aged', domain: effect.domain })
      case 'end-proofs':
        return emit({ type: 'proofs-over' })
      case 'ask-friend':
        return emit({ type: 'friend-found', name: effect.name, found: await askFriend(effect.name, signal) })
      case 'tell-alerts':
        return await tellAlerts(context, effect, emit, signal)
      case 'rename':
        return await rename(context, effect, emit, signal)
      case 'look-up-name':
        return await lookUpName(context, effect, emit, signal)
      case 'give-up-way':
        return emit({ type: 'name-way-lost', host: effect.host, family: effect.family })
      case 'set-name':
        return await setName(context, effect, emit, signal)
      case 'visit-own-names':
        return await visitOwnNames(context, effect, emit, signal)
      case 'read-certificate-log':
        return await readCertificateLog(context, effect, emit, signal)
      case 'ask-stun':
        return await askByDatagram(context, effect, emit, signal)
      case 'learn-translation':
        return emit({ type: 'translation-learnt', translation: await learnTranslation(effect.server, effect.other, signal) })
      case 'be-seen':
        return await showAddress(context, effect, emit, signal)
      case 'find-next-hop':
        return emit({ type: 'next-hop-found', address: await findSecondHop(effect.towards, signal) })
      case 'look-at-firewall': {
        const found = await lookAtFirewall(effect, signal)
        const { key, protocol, port } = effect
        return emit({ type: 'firewall-seen', key, finding: found && { ...found, protocol, port } })
      }
      case 'look-at-line':
        return await looks.line(effect, emit, signal)
      case 'look-up-names':
        return await looks.names(effect, emit, signal)
      case 'settle-diagnosis':
        return emit({ type: 'diagnosis-settled' })
      case 'ask-nat64':
        return emit({ type: 'nat64-found', prefix: await askNat64(signal) })
      case 'try-port':
        return await tryPort(context, effect, emit, signal)
      case 'check-target':
        return await lookAtTarget(effect, emit, signal)
      case 'check-safety':
        return await lookAtSafety(context, effect, emit, signal)
      case 'save':
        return await context.unsaved.again(effect.what)
      case 'seek-target':
        return await seekTarget(context, effect, emit, signal)
    }
  }
}

/** Where else the relay answers is told without any signature: only a public address is believed. */
async function askByDatagram({ publicRanges }: Context, server: EffectOf<'ask-stun'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const seen = await askStun(server, signal)
  const other = seen?.other
  emit({ type: 'udp-observed', from: seen?.mapped ?? null, ...(other && isPublic(other.address, publicRanges) ? { other } : {}) })
}

async function watch({ frontDoor }: Context, emit: Emit, signal: AbortSignal): Promise<void> {
  await watchNetwork({
    signal,
    onChange({ facts, woke }) {
      frontDoor.onNetworkChange()
      emit({ type: 'network', facts })
      if (woke) emit({ type: 'woke' })
    },
  })
}
