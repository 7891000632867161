import { ExternalLink, Pause, Play, QrCode as QrIcon, Radar, Share2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { hrefOf } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { CopyButton } from './copy-button.tsx'
import { FailureNote } from './failure.tsx'
import { useReadFirst } from './safety.tsx'
import { givenAway } from './service-words.ts'
import { useAction } from './use-action.ts'

const QrCode = lazy(() => import('../ui/qr-code.tsx').then((module) => ({ default: module.QrCode })))

/** The engine itself gives a look from outside ten seconds. */
const TEST_TIMEOUT_MS = 12_000

/** What one does with a service that runs: give it away, look at it, test it, rest it. */
export function ServiceActions({ service }: { service: ServiceView }) {
  const { name } = service
  const { page, dashboard } = useFirstWords()
  const { services, share } = page
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [byHand, setByHand] = useState(false)
  const isPaused = service.state === 'paused'
  const toggle = useAction(() => (isPaused ? calls.resumeService({ name }) : calls.pauseService({ name })))
  const test = useAction(async () => {
    const { outcome } = await calls.testService({ name }, TEST_TIMEOUT_MS)
    announce(dashboard.test.outcome[outcome](name))
  })
  const onToggle = async () => {
    if (await toggle.run()) announce(isPaused ? services.resumed(name) : services.paused(name))
  }
  const { what, text } = givenAway(service)
  const of = <span className="hidden"> {services.of(name)}</span>
  return (
    <div className="service-actions">
      <div className="actions">
        {text && <CopyButton name={name} what={what} text={text} onRefused={() => setByHand(true)} />}
        {text && <ShowQr name={name} text={text} />}
        {isWebAddress(service.publicUrl) && !isPaused && (
          <OutsideLink href={service.publicUrl} className="button quiet">
            <ExternalLink size={ICON_PX} aria-hidden="true" />
            <span>
              {services.open}
              {of}
            </span>
          </OutsideLink>
        )}
        <a className="button quiet" href={hrefOf({ place: 'service', name, tab: 'share' })}>
          <Share2 size={ICON_PX} aria-hidden="true" />
          <span>
            {share.open}
            {of}
          </span>
        </a>
        {!isPaused && (
          <Button look="quiet" icon={Radar} busy={test.busy} onPress={() => void test.run()}>
            {test.busy ? dashboard.test.busy : dashboard.test.button}
            {of}
          </Button>
        )}
        <Button look="quiet" icon={isPaused ? Play : Pause} busy={toggle.busy} onPress={onToggle}>
          {isPaused ? services.resume : services.pause}
          {of}
        </Button>
      </div>
      {byHand && (
        <div role="alert" className="by-hand small">
          {services.copyFailed} <span className="mono">{text}</span>
        </div>
      )}
      <FailureNote failure={toggle.failure ?? test.failure} />
    </div>
  )
}

/** The link as a picture, once what is to be read first has been. */
function ShowQr({ name, text }: { name: string; text: string }) {
  const { page, dashboard, shell } = useFirstWords()
  const reading = useReadFirst()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button look="quiet" icon={QrIcon} onPress={() => reading.before(() => setOpen(true))}>
        {dashboard.qr.open}
        <span className="hidden"> {page.services.of(name)}</span>
      </Button>
      <Dialog
        title={dashboard.qr.title(name)}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          <Button autoFocus onPress={() => setOpen(false)}>
            {dashboard.qr.close}
          </Button>
        }
      >
        <Suspense fallback={shell.loading}>
          <QrCode text={text} label={dashboard.qr.title(name)} />
        </Suspense>
        <p className="muted">{dashboard.qr.text}</p>
        <p className="mono small">{text}</p>
      </Dialog>
    </>
  )
}
