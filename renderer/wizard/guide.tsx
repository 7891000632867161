import { CircleCheck, LoaderCircle, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Problem } from '../../protocol/problem.ts'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { CopyText } from './copy-text.tsx'

/** As long as the engine looks. */
const CHECK_TIMEOUT_MS = 15_000

interface HandGuideProps {
  readonly hand: Problem
  /** As it calls itself; null: it does not say. */
  readonly routerName: string | null
  readonly service: string
}

/** What its owner alone can do, with the numbers of this network, to be copied. It is looked for again and again, so that it confirms itself. */
export function HandGuide({ hand, routerName, service }: HandGuideProps) {
  const { guide } = useWords().wizard
  const { code, params } = hand
  const title = `hand-${code}-${params.port ?? ''}`
  if (code === 'forward-by-hand')
    return (
      <section className="card hand" aria-labelledby={title}>
        <h2 id={title}>{guide.title(routerName ?? guide.router)}</h2>
        <p>{guide.why}</p>
        <RouterPages address={params.address ?? ''} />
        <dl className="rule">
          <Row label={guide.name} value={`Porchlight ${service}`} />
          <Row label={guide.protocol} value={params.protocol ?? ''} />
          <Row label={guide.port} value={params.port ?? ''} />
          <Row label={guide.internal} value={params.internal ?? ''} />
          <Row label={guide.internalPort} value={params.internalPort ?? ''} />
        </dl>
        <LiveCheck />
      </section>
    )
  return (
    <section className="card hand" aria-labelledby={title}>
      <h2 id={title}>{code === 'firewall-here' ? guide.firewall : guide.permission}</h2>
      <Command text={params.command ?? ''} />
      <LiveCheck />
    </section>
  )
}

/** Where on the router the rule is made. What is known of this very router is to stand here. */
function RouterPages({ address }: { address: string }): ReactNode {
  const { guide } = useWords().wizard
  const page = `http://${address}/`
  return (
    <p>
      {guide.where} {isWebAddress(page) && <OutsideLink href={page}>{`${guide.open} (${address})`}</OutsideLink>}
    </p>
  )
}

function Row({ label, value }: { label: string; value: string }) {
  const { guide } = useWords().wizard
  return (
    <div>
      <dt>{label}</dt>
      <dd className="mono">{value}</dd>
      <dd>
        <CopyText text={value} label={guide.copy} of={label} look="quiet" copied={guide.copied(label)} />
      </dd>
    </div>
  )
}

function Command({ text }: { text: string }) {
  const { guide } = useWords().wizard
  return (
    <div className="command-row">
      <code className="mono">{text}</code>
      <CopyText text={text} label={guide.copy} of={text} copied={guide.copied(text)} />
    </div>
  )
}

/** The engine looks by itself; whoever is in a hurry has it look now. */
function LiveCheck() {
  const { guide, link } = useWords().wizard
  const { calls } = useEngine()
  const announce = useAnnounce()
  const checking = useAction(() => calls.checkNow({}, CHECK_TIMEOUT_MS))
  const check = async () => {
    if (await checking.run()) announce(link.tested)
  }
  return (
    <div className="live">
      <p>
        <LoaderCircle size={ICON_PX} className="turning" aria-hidden="true" />
        {guide.waiting}
      </p>
      <Button icon={RefreshCw} busy={checking.busy} onPress={() => void check()}>
        {checking.busy ? guide.checking : guide.check}
      </Button>
    </div>
  )
}

export function HandsDone() {
  const { guide } = useWords().wizard
  return (
    <section className="card hand done" role="status">
      <p className="tone-reachable">
        <CircleCheck size={24} aria-hidden="true" />
        <strong>{guide.found}</strong>
      </p>
    </section>
  )
}
