/** One polite voice for what was done and what changed: heard at once, and seen for a moment at the foot of the page. */
import './announcer.css'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'

const SEEN_MS = 5_000

/** `isSeen` false: only heard, because it is seen elsewhere. */
type Announce = (text: string, isSeen?: boolean) => void

const AnnouncerContext = createContext<Announce>(() => {})

export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', turn: 0, isSeen: false })
  const say = useCallback<Announce>((text, isSeen = true) => setSaid(({ turn }) => ({ text, turn: turn + 1, isSeen })), [])
  useEffect(() => {
    if (said.turn === 0) return
    const timer = setTimeout(() => setSaid((now) => ({ ...now, isSeen: false })), SEEN_MS)
    return () => clearTimeout(timer)
  }, [said.turn])
  return (
    <AnnouncerContext value={say}>
      {children}
      {/* Heard over an open dialog too: React Aria hides everything else from screen readers meanwhile. */}
      <div className={said.isSeen ? 'toast' : 'hidden'} role="status" data-react-aria-top-layer="true">
        {/* A new element each time, so that the same sentence is spoken again. */}
        <span key={said.turn}>{said.text}</span>
      </div>
    </AnnouncerContext>
  )
}

export const useAnnounce = (): Announce => useContext(AnnouncerContext)
