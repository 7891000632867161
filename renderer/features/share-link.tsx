import { Check, Copy, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ago, moment } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { curlOf, type LinkView, type ServiceView, whyOver } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { FailureNote } from './failure.tsx'
import { useReadFirst } from './safety.tsx'
import { useAction } from './use-action.ts'

const CONFIRMED_MS = 2_500

interface ShareLinkRowProps {
  readonly service: ServiceView
  readonly link: LinkView
  readonly nowMs: number
  readonly onRevoked: () => void
}

/** One link: for whom it is, how far it has been used, and its end. */
export function ShareLinkRow({ service, link, nowMs, onRevoked }: ShareLinkRowProps) {
  const words = useWords()
  const { share, services } = words.page
  const { calls } = useEngine()
  const revoking = useAction(() => calls.revokeLink({ service: service.name, id: link.id }))
  const [byHand, setByHand] = useState(false)
  const name = link.label || share.unnamed
  const revoke = async () => {
    if (await revoking.run()) onRevoked()
  }
  const over = whyOver(link, nowMs)
  const curl = over === null ? curlOf(link, service.publicUrl) : null
  return (
    <div className="share-link">
      <div>
        <p>
          <strong>{name}</strong>
          {over !== null && <span className="over"> {share.over[over]}</span>}
        </p>
        <p className="muted small">{factsOf(link, nowMs, words).join(' · ')}</p>
        {link.alias !== null && (
          <p className="small">
            {share.dictate} <span className="mono">{link.alias}</span>
          </p>
        )}
        {!link.registered && <p className="small tone-needs-you">{link.url === null ? share.noUrl : share.notRegistered}</p>}
        {curl !== null && (
          <Disclosure
            title={
              <>
                {words.access.programs}
                <span className="hidden"> {services.of(name)}</span>
              </>
            }
          >
            <p>{words.access.programsHelp}</p>
            <p className="mono command">{curl}</p>
          </Disclosure>
        )}
        {byHand && (
          <p role="alert" className="small">
            {services.copyFailed} <span className="mono">{link.url}</span>
          </p>
        )}
      </div>
      <div className="actions">
        {link.url !== null && over === null && <CopyLink url={link.url} name={name} onRefused={() => setByHand(true)} />}
        <AskFirst
          icon={Trash2}
          action={share.revoke}
          of={services.of(name)}
          busy={revoking.busy}
          question={share.revokeQuestion(name)}
          detail={share.revokeDetail}
          keep={share.keep}
          onSure={revoke}
        />
      </div>
      <FailureNote failure={revoking.failure} />
    </div>
  )
}

function factsOf({ pin, endsAtMs, maxUses, uses, lastUsedAtMs, via, createdAtMs }: LinkView, nowMs: number, words: Words): string[] {
  const { share } = words.page
  const facts = [
    createdAtMs === null ? null : share.made(moment(createdAtMs, words)),
    endsAtMs === null ? null : share.until(moment(endsAtMs, words)),
    maxUses === null && uses === 0 ? null : share.uses(uses, maxUses),
    lastUsedAtMs === null ? null : share.lastUsed(ago(lastUsedAtMs, nowMs, words)),
    pin ? words.access.hasPin : null,
    via === 'home' ? share.viaHome : null,
  ]
  return facts.filter((fact) => fact !== null)
}

function CopyLink({ url, name, onRefused }: { url: string; name: string; onRefused: () => void }) {
  const { share, services } = useWords().page
  const announce = useAnnounce()
  const reading = useReadFirst()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    copyText(url).then(() => {
      setCopied(true)
      announce(share.copied)
    }, onRefused)
  return (
    <Button icon={copied ? Check : Copy} onPress={() => reading.before(copy)}>
      {copied ? services.copied : share.copy}
      <span className="hidden"> {services.of(name)}</span>
    </Button>
  )
}
