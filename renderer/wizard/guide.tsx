import { CircleCheck, LoaderCircle, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { handRuleOf, routerName } from '../../languages/guides.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { AskSomebody } from '../features/ask-somebody.tsx'
import { RouterAccess } from '../features/router-access.tsx'
import { ChooseRouter, GuideSteps, MoreOfRouter, RuleValues } from '../features/router-guide.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { OutsideLink } from '../ui/outside-link.tsx'
import { CopyText } from './copy-text.tsx'

/** As long as the engine looks. */
const CHECK_TIMEOUT_MS = 15_000

interface HandGuideProps {
  readonly hand: Problem
  readonly snapshot: Snapshot
  readonly service: string
  /** No relay looks for it. */
  readonly isUnseen: boolean
}

/** What its owner alone can do, with the numbers of this network, to be copied. It is looked for again and again, so that it confirms itself. */
export function HandGuide({ hand, snapshot, service, isUnseen }: HandGuideProps) {
  const words = useWords()
  const { guides } = words
  const { guide } = words.wizard
  const { router } = snapshot.gateway.guide
  const { code, params } = hand
  const title = `hand-${code}-${params.port ?? ''}`
  if (code === 'forward-by-hand')
    return (
      <>
        <RouterAccess snapshot={snapshot} />
        <section className="card hand" aria-labelledby={title}>
          <h2 id={title}>{(isUnseen ? guide.titleUnseen : guide.title)(routerName(router, snapshot.gateway.name, words))}</h2>
          <p>{isUnseen ? guide.whyOnly : guide.why}</p>
          <GuideSteps snapshot={snapshot} />
          <RouterPage address={params.address ?? ''} />
          <RuleValues router={router} rule={handRuleOf(hand)} name={`Porchlight ${service}`} />
          <Disclosure title={guides.more}>
            <div className="stack">
              <ChooseRouter snapshot={snapshot} />
              <MoreOfRouter snapshot={snapshot} />
              <AskSomebody snapshot={snapshot} />
            </div>
          </Disclosure>
          {isUnseen ? <p className="muted">{guide.unseen}</p> : <LiveCheck />}
        </section>
      </>
    )
  return (
    <section className="card hand" aria-labelledby={title}>
      <h2 id={title}>{code === 'firewall-here' ? guide.firewall : guide.permission}</h2>
      <Command text={params.command ?? ''} />
      <LiveCheck />
    </section>
  )
}

/** The router's own page, one press away. */
function RouterPage({ address }: { address: string }): ReactNode {
  const { guide } = useWords().wizard
  const page = `http://${address}/`
  return (
    <p>
      <OutsideLink href={page}>{`${guide.open} (${address})`}</OutsideLink>
    </p>
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
