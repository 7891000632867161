/** Which language the page speaks: the one its owner prefers, else the one chosen here before, else the browser's. Only that one is
 *  loaded: first what the first page says, and behind it the rest. */
import { createContext, type ReactNode, use, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import type { FirstWords, Language, Words } from '../../languages/index.ts'
import { useEngineState } from './engine.ts'

const KEY = 'porchlight.language'

/** In the order of the menu; each names itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' }

const FIRST: Readonly<Record<Language, () => Promise<FirstWords>>> = {
  en: async () => (await import('../../languages/en/first.ts')).enFirst,
  fr: async () => (await import('../../languages/fr/first.ts')).frFirst,
}

const WHOLE: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import('../../languages/en/views.ts')).enPage,
  fr: async () => (await import('../../languages/fr/views.ts')).frPage,
}

const asked = new Map<Language, Promise<Words>>()

function wholeOf(language: Language): Promise<Words> {
  const before = asked.get(language)
  if (before) return before
  const words = WHOLE[language]()
  asked.set(language, words)
  // An engine that is just being started anew gives none: whoever asks again is not told the old failure.
  words.catch(() => asked.delete(language))
  return words
}

const isLanguage = (text: string | undefined): text is Language => text !== undefined && Object.hasOwn(NAMES, text)

interface Spoken {
  readonly language: Language
  readonly first: FirstWords
  /** Null: still on its way. */
  readonly whole: Words | null
}

interface Speaking extends Spoken {
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
export async function firstWords(): Promise<Spoken> {
  const known = remembered()
  const language = isLanguage(known) ? known : ofBrowser()
  return { language, first: await FIRST[language](), whole: null }
}

export function Speaker({ first, children }: { first: Spoken; children: ReactNode }) {
  const [wanted, setWanted] = useState(first.language)
  const [spoken, setSpoken] = useState(first)
  // What was chosen on another device counts here too.
  const preferred = useEngineState().snapshot?.preferences.language ?? null
  useEffect(() => {
    if (preferred === null) return
    remember(preferred)
    setWanted(preferred)
  }, [preferred])
  useEffect(() => {
    let isOver = false
    wholeOf(wanted).then(
      (whole) => isOver || setSpoken({ language: wanted, first: whole, whole }),
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [wanted])
  useEffect(() => {
    document.documentElement.lang = spoken.language
  }, [spoken])
  const choose = useCallback((chosen: Language | null): void => {
    remember(chosen)
    setWanted(chosen ?? ofBrowser())
  }, [])
  // Whoever speaks is drawn again when this changes, and that is not at each snapshot.
  const speaking = useMemo(() => ({ ...spoken, choose }), [spoken, choose])
  return (
    <LanguageContext value={speaking}>
      <I18nProvider locale={spoken.language}>{children}</I18nProvider>
    </LanguageContext>
  )
}

export function useSpeaking(): Speaking {
  const speaking = useContext(LanguageContext)
  if (!speaking) throw new Error('no language above this component')
  return speaking
}

/** What is there from the first paint on. */
export const useFirstWords = (): FirstWords => useSpeaking().first

/** All words of the page, which a view waits for as for itself: under a Suspense. */
export function useWords(): Words {
  const { language, whole } = useSpeaking()
  return whole ?? use(wholeOf(language))
}
