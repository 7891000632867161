import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { routerName } from '../../languages/guides.ts'
import { offeredApi } from '../../protocol/model/router-api.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** How long the box itself may take to show the question. */
const CONNECT_TIMEOUT_MS = 20_000

/** A router that can be asked in a way of its own, where it opens nothing by itself. */
export function RouterAccess({ snapshot }: { snapshot: Snapshot }) {
  const words = useWords()
  const said = words.routerAccess
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const connecting = useAction(() => calls.connectRouter({ user, password }, CONNECT_TIMEOUT_MS).finally(() => setPassword('')))
  const forgetting = useAction(async () => {
    const { left } = await calls.forgetRouter({}, CONNECT_TIMEOUT_MS)
    announce(left ? said.left : said.forgotten)
  })
  const { access, guide, name } = snapshot.gateway
  const api = access.api ?? offeredApi(snapshot)
  if (!api) return null
  const router = routerName(guide.router, name, words)
  const { phase, problem } = access
  return (
    <section className="card stack" aria-labelledby="router-access">
      <h2 id="router-access">{said.title(router)}</h2>
      <p role="status">
        {phase === 'open' && said.open(router)}
        {phase === 'waiting' && said.waiting}
        {phase === 'refused' && said.refused(router)}
        {phase === 'none' && `${said.how[api]} ${said.why}`}
      </p>
      {phase !== 'open' && api === 'tr064' && (
        <Field label={said.user} help={said.userHelp} error={null} value={user} onChange={setUser} maxLength={100} />
      )}
      {phase !== 'open' && api !== 'freebox' && (
        <Field label={said.password} error={null} value={password} onChange={setPassword} maxLength={200} type="password" />
      )}
      <FailureNote failure={connecting.failure ?? forgetting.failure ?? problem} />
      <div className="actions">
        {phase !== 'open' && (
          <Button icon={KeyRound} look="primary" busy={connecting.busy} onPress={() => void connecting.run()}>
            {phase === 'none' && !problem ? said.connect[api] : said.again}
          </Button>
        )}
        {phase !== 'none' && (
          <Button busy={forgetting.busy} onPress={() => void forgetting.run()}>
            {said.forget}
          </Button>
        )}
      </div>
    </section>
  )
}
