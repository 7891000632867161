/** One polite voice for those who hear the page: confirmations and changes of the light. */
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

const AnnouncerContext = createContext<(text: string) => void>(() => {})

export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', turn: 0 })
  const say = useCallback((text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 })), [])
  return (
    <AnnouncerContext value={say}>
      {children}
      <div className="hidden" role="status">
        {/* A new element each time, so that the same sentence is spoken again. */}
        <span key={said.turn}>{said.text}</span>
      </div>
    </AnnouncerContext>
  )
}

export const useAnnounce = (): ((text: string) => void) => useContext(AnnouncerContext)
