import './router-guide.css'
import { describeGuide, type HandRule, numbersOf, rowsOf } from '../../languages/guides.ts'
import { GENERIC, GUIDES, guideOf } from '../../protocol/guides/index.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { Select } from '../ui/select.tsx'
import { CopyText } from '../wizard/copy-text.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The way to the form, step by step. */
export function GuideSteps({ snapshot }: { snapshot: Snapshot }) {
  const { gateway } = snapshot
  const { steps } = describeGuide(gateway.guide.router, gateway.name, numbersOf(snapshot), useWords())
  return (
    <ol className="guide-steps">
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  )
}

/** The values of one rule, each to be copied, under the names that the router has for them. */
export function RuleValues({ router, rule, name }: { router: string; rule: HandRule; name: string }) {
  const words = useWords()
  const { guide } = words.wizard
  return (
    <dl className="rule">
      {rowsOf(router, rule, name, words).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="mono">{value}</dd>
          <dd>
            <CopyText text={value} label={guide.copy} of={label} look="quiet" copied={guide.copied(label)} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

const AUTO = 'auto'

/** Which router it is: as it was recognised, until its owner says otherwise. */
export function ChooseRouter({ snapshot }: { snapshot: Snapshot }) {
  const { guides } = useWords()
  const { calls } = useEngine()
  const { router, chosen } = snapshot.gateway.guide
  const choosing = useAction((id: string) => calls.chooseRouter({ router: id === AUTO ? null : id }))
  const recognised = chosen ? undefined : guideOf(router)?.title
  const options = [
    { id: AUTO, text: recognised === undefined ? guides.auto : guides.recognised(recognised) },
    ...GUIDES.map(({ id, title }) => ({ id, text: title })),
    { id: GENERIC, text: guides.anyRouter },
  ]
  return (
    <>
      <Select
        label={guides.which}
        help={guides.whichHelp}
        value={chosen ? router : AUTO}
        onChange={(id) => void choosing.run(id)}
        options={options}
      />
      <FailureNote failure={choosing.failure} />
    </>
  )
}

/** What else is to be known of this router, and where it was read. */
export function MoreOfRouter({ snapshot }: { snapshot: Snapshot }) {
  const words = useWords()
  const { guides } = words
  const { topics, sources, readOn } = describeGuide(snapshot.gateway.guide.router, snapshot.gateway.name, numbersOf(snapshot), words)
  return (
    <>
      {topics.map(({ id, title, steps }) => (
        <Disclosure key={id} title={title}>
          <ol className="guide-steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Disclosure>
      ))}
      <div className="muted small">
        <p>{readOn === null ? guides.unsourced : guides.source(readOn)}</p>
        <ul className="guide-sources">
          {sources.filter(isWebAddress).map((source) => (
            <li key={source}>
              <OutsideLink href={source}>{new URL(source).host}</OutsideLink>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}
