/** Which language the page speaks: the one chosen here before, else the browser's. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { LANGUAGES, type Language, language, type Words } from '../../languages/index.ts'

const KEY = 'porchlight.language'

interface Speaking {
  readonly words: Words
  readonly choose: (language: Language) => void
}

const LanguageContext = createContext<Speaking>({ words: LANGUAGES.en, choose: () => {} })

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

export function Speaker({ children }: { children: ReactNode }) {
  const [words, setWords] = useState(() =>
    language(remembered() ?? navigator.languages.find((locale) => language(locale).locale === locale.slice(0, 2))),
  )
  useEffect(() => {
    document.documentElement.lang = words.locale
  }, [words])
  const choose = (chosen: Language): void => {
    remember(chosen)
    setWords(LANGUAGES[chosen])
  }
  return <LanguageContext value={{ words, choose }}>{children}</LanguageContext>
}

export const useSpeaking = (): Speaking => useContext(LanguageContext)
export const useWords = (): Words => useContext(LanguageContext).words
