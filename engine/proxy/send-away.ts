/** What a visitor reads whose address asks for too much, or is shut out: why, for how long, and whom to tell if that is a mistake. */
import type { TurnedAway } from '../../protocol/model/guest.ts'
import { sendWords } from './visitor-page.ts'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import type { SecuredVisitor } from './visitor-tls.ts'
import { visitorWords } from './visitor-words.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

const WORDS = {
  en: {
    busy: {
      title: 'Too many requests at once',
      text: ['Very much is being asked of this home from your internet connection just now. Wait a moment, then open the page again.'],
    },
    banned: {
      title: 'This home does not answer your connection for now',
      why: 'Something on your internet connection asked for things as somebody does who guesses passwords or looks for weak spots.',
      shared:
        'If that was not you: at work, at school and on mobile networks many people share one address, and your provider may have given you one that was somebody else’s.',
      again: (span: string | null) =>
        span === null ? 'It stays so until the owner of this home lets you in again.' : `This home answers again in ${span}.`,
      tell: (address: string) =>
        `If you cannot wait, tell the person who shared this address with you. Your own is ${address}, and one click lets it in again.`,
      span: (count: number, unit: 'minute' | 'hour' | 'day') => `${count} ${unit}${count === 1 ? '' : 's'}`,
    },
  },
  fr: {
    busy: {
      title: 'Trop de requêtes à la fois',
      text: [
        'Votre connexion à internet demande énormément à cette maison en ce moment. Patientez un instant, puis ouvrez de nouveau la page.',
      ],
    },
    banned: {
      title: 'Cette maison ne répond pas à votre connexion pour l’instant',
      why: 'Quelque chose, sur votre connexion à internet, s’est comporté comme quelqu’un qui essaie des mots de passe ou cherche des failles.',
      shared:
        'Si ce n’était pas vous : au travail, à l’école et sur les réseaux mobiles, beaucoup de gens partagent une même adresse, et votre opérateur a pu vous donner celle de quelqu’un d’autre.',
      again: (span: string | null) =>
        span === null
          ? 'Il en sera ainsi jusqu’à ce que le propriétaire de cette maison vous débloque.'
          : `Cette maison répondra de nouveau dans ${span}.`,
      tell: (address: string) =>
        `Si vous ne pouvez pas attendre, prévenez la personne qui vous a donné cette adresse. La vôtre est ${address} : un clic suffit pour la débloquer.`,
      span: (count: number, unit: 'minute' | 'hour' | 'day') =>
        `${count} ${{ minute: 'minute', hour: 'heure', day: 'jour' }[unit]}${count === 1 ? '' : 's'}`,
    },
  },
} as const

export function sendAway(
  turnedAway: TurnedAway,
  { address, host }: Pick<SecuredVisitor, 'address' | 'host'>,
  request: VisitorRequest,
  answer: VisitorAnswer,
  nowMs = Date.now(),
): void {
  const { language } = visitorWords('bad-request', request.header('accept-language'))
  const { busy, banned } = WORDS[language]
  if (turnedAway.why === 'busy')
    return void sendWords(
      request,
      answer,
      429,
      { error: 'busy', language, ...busy, host },
      { 'Retry-After': String(Math.ceil(turnedAway.waitMs / 1000)) },
    )
  const { untilMs } = turnedAway.ban
  const leftS = untilMs === null ? null : Math.max(1, Math.ceil((untilMs - nowMs) / 1000))
  const span = leftS === null ? null : banned.span(...spanOf(leftS))
  const text = [banned.why, banned.again(span), banned.shared, banned.tell(address)]
  // Further connections are cut off before TLS.
  answer.isLast()
  sendWords(
    request,
    answer,
    403,
    { error: 'banned', language, title: banned.title, text, host },
    leftS === null ? {} : { 'Retry-After': String(leftS) },
  )
}

/** Never less than is left. */
function spanOf(leftS: number): [count: number, unit: 'minute' | 'hour' | 'day'] {
  if (leftS <= 90 * MINUTE_S) return [Math.ceil(leftS / MINUTE_S), 'minute']
  return leftS <= 2 * DAY_S ? [Math.ceil(leftS / HOUR_S), 'hour'] : [Math.ceil(leftS / DAY_S), 'day']
}
