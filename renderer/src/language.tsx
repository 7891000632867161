/** Which language the page speaks: the one its owner prefers, else the one chosen here before, else the browser's. Only that one is loaded. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import type { Language, Words } from '../../languages/index.ts'
import { useEngineState } from './engine.ts'

const KEY = 'porchlight.language'

/** In the order of the menu; each names itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' }

const LOAD: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import('../../languages/en/index.ts')).enPage,
  fr: async () => (await import('../../languages/fr/index.ts')).frPage,
}

const isLanguage = (text: string | undefined): text is Language => text !== undefined && Object.hasOwn(NAMES, text)

interface Speaking {
  readonly words: Words
  /** Null: as the browser says. */
  readonly choose: (language: Language | null) => void
}

const LanguageContext = createContext<Speaking | null>(null)

/** Storage can be forbidden (private windows); then the choice lasts as long as the page. */
function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

function remember(chosen: Language | null): void {
  try {
    if (chosen === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen)
  } catch {
    // Nothing to do: see above.
  }
}

const ofBrowser = (): Language => navigator.languages.map((locale) => locale.slice(0, 2)).find(isLanguage) ?? 'en'

/** The words to begin with. */
export function firstWords(): Promise<Words> {
  const known = remembered()
  return LOAD[isLanguage(known) ? known : ofBrowser()]()
}

export function Speaker({ first, children }: { first: Words; children: ReactNode }) {
  const [words, setWords] = useState(first)
  // What was chosen on another device counts here too.
  const preferred = useEngineState().snapshot?.preferences.language ?? null
  useEffect(() => {
    if (preferred === null) return
    remember(preferred)
    void LOAD[preferred]().then(setWords)
  }, [preferred])
  useEffect(() => {
    document.documentElement.lang = words.locale
  }, [words])
  const choose = (chosen: Language | null): void => {
    remember(chosen)
    void LOAD[chosen ?? ofBrowser()]().then(setWords)
  }
  return (
    <LanguageContext value={{ words, choose }}>
      <I18nProvider locale={words.locale}>{children}</I18nProvider>
    </LanguageContext>
  )
}

export function useSpeaking(): Speaking {
  const speaking = useContext(LanguageContext)
  if (!speaking) throw new Error('no language above this component')
  return speaking
}
export const useWords = (): Words => useSpeaking().words
