import { RotateCcw } from 'lucide-react'
import { useId } from 'react'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The engine stops and starts again; this page finds it by itself. */
export function Restart() {
  const { page, dashboard } = useWords()
  const { settings } = dashboard
  const { calls } = useEngine()
  const announce = useAnnounce()
  const title = useId()
  const restarting = useAction(() => calls.restart({}))
  const onSure = async () => {
    if (await restarting.run()) announce(settings.restarted)
  }
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title}>{settings.engine}</h2>
      <AskFirst
        icon={RotateCcw}
        action={settings.restart}
        of={page.services.of(page.title)}
        question={settings.restartQuestion}
        detail={settings.restartDetail}
        keep={settings.keep}
        busy={restarting.busy}
        onSure={() => void onSure()}
      />
      <FailureNote failure={restarting.failure} />
    </section>
  )
}
