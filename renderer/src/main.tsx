import './no-eval.ts'
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css'
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css'
import '../ui/tokens.css'
import '../ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Announcer } from '../ui/announcer.tsx'
import { Shell } from '../views/shell.tsx'
import { chooseChannel } from './channel.ts'
import { followDesktop } from './desktop.ts'
import { EngineContext, startEngine } from './engine.ts'
import { firstWords, Speaker } from './language.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')

const leaving = new AbortController()
window.addEventListener('pagehide', () => leaving.abort())
// A page that comes back from the browser's cache has lost its channel.
window.addEventListener('pageshow', ({ persisted }) => persisted && window.location.reload())

const engine = startEngine(chooseChannel(), leaving.signal)
followDesktop()
const words = await firstWords()
createRoot(root).render(
  <StrictMode>
    <EngineContext value={engine}>
      <Speaker first={words}>
        <Announcer>
          <Shell />
        </Announcer>
      </Speaker>
    </EngineContext>
  </StrictMode>,
)
