/** Which language the page speaks: the one chosen here before, else the browser's. Only that one is loaded. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import type { Language, Words } from '../../languages/index.ts'

const KEY = 'porchlight.language'

/** In the order of the menu; each names itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' }

const LOAD: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import('../../languages/en/index.ts')).en,
  fr: async () => (await import('../../languages/fr/index.ts')).fr,
}

const isLanguage = (text: string | undefined): text is Language => text !== undefined && Object.hasOwn(NAMES, text)

interface Speaking {
  readonly words: Words
  readonly choose: (language: Language) => void
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

function remember(chosen: Language): void {
  try {
    localStorage.setItem(KEY, chosen)
  } catch {
    // Nothing to do: see above.
  }
}

/** The words to begin with. */
export function firstWords(): Promise<Words> {
  const wished = [remembered(), ...navigator.languages.map((locale) => locale.slice(0, 2))].find(isLanguage)
  return LOAD[wished ?? 'en']()
}

export function Speaker({ first, children }: { first: Words; children: ReactNode }) {
  const [words, setWords] = useState(first)
  useEffect(() => {
    document.documentElement.lang = words.locale
  }, [words])
  const choose = (chosen: Language): void => {
    remember(chosen)
    void LOAD[chosen]().then(setWords)
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
