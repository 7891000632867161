import { describeGuide, numbersOf } from '../../languages/guides.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { AskSomebody } from '../features/ask-somebody.tsx'
import { RouterAccess } from '../features/router-access.tsx'
import { ChooseRouter, GuideSteps, MoreOfRouter, RuleValues } from '../features/router-guide.tsx'
import { useWords } from '../src/language.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** How it is done on this very router, with the numbers of this network. */
export default function Guide({ snapshot }: { snapshot: Snapshot }) {
  const words = useWords()
  const { guides } = words
  const { gateway } = snapshot
  const numbers = numbersOf(snapshot)
  return (
    <div className="stack narrow">
      <ViewTitle>{describeGuide(gateway.guide.router, gateway.name, numbers, words).title}</ViewTitle>
      <RouterAccess snapshot={snapshot} />
      <section className="card stack" aria-labelledby="guide-forward">
        <ChooseRouter snapshot={snapshot} />
        <h2 id="guide-forward">{guides.forward}</h2>
        <GuideSteps snapshot={snapshot} />
        {numbers.rules.length === 0 && <p className="muted">{guides.noRule}</p>}
        {numbers.rules.map((rule) => (
          <RuleValues key={`${rule.protocol} ${rule.port}`} router={gateway.guide.router} rule={rule} name="Porchlight" />
        ))}
      </section>
      <section className="card stack" aria-label={guides.more}>
        <MoreOfRouter snapshot={snapshot} />
      </section>
      <section className="card" aria-label={words.message.heading}>
        <AskSomebody snapshot={snapshot} />
      </section>
    </div>
  )
}
