import './masthead.css'
import icon from '../../assets/icon.svg'
import { LANGUAGES, type Language } from '../../languages/index.ts'
import { useSpeaking } from '../src/language.tsx'

export function Masthead() {
  const { words, choose } = useSpeaking()
  return (
    <header className="masthead">
      <p className="brand">
        <img src={icon} alt="" />
        <span>
          {words.page.title}
          <span className="tagline">{words.page.tagline}</span>
        </span>
      </p>
      <fieldset className="languages">
        <legend className="hidden">{words.page.languageLabel}</legend>
        {Object.values(LANGUAGES).map(({ locale, name }) => (
          <label key={locale} lang={locale}>
            <input type="radio" name="language" checked={locale === words.locale} onChange={() => choose(locale as Language)} />
            {name}
          </label>
        ))}
      </fieldset>
    </header>
  )
}
