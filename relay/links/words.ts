/** What a visitor reads behind a link, in both languages; neither is a translation of the other. `since` is a time as HTML. */

const en = {
  /** Before a date, where the language wants something there. */
  beforeDate: '',
  goneTitle: 'This link leads nowhere',
  goneText: 'It was mistyped, or its owner has withdrawn it. Ask the person who gave it to you for a new one.',
  aliasGoneText: 'Check it letter by letter with the person who told it to you. Its owner may also have withdrawn it.',
  endedTitle: 'This link has expired',
  endedText: 'It was meant to work for a while only, and that time is over. Ask the person who gave it to you for a new one.',
  takenDownTitle: 'This was taken down',
  takenDownText: 'Whoever runs this relay no longer lets anybody through to it. If it is yours, Porchlight tells you why.',
  usedUpTitle: 'No more room this month',
  usedUpText: (until: string) =>
    `This home has used up what this relay carries for it in a month. The link works again from ${until}; tell its owner.`,
  busyTitle: 'Too many tries',
  busyText:
    'Addresses that can be dictated may only be tried so often, so that nobody finds one by guessing. Wait a minute, then try again.',
  awayTitle: 'Nobody is home just now',
  awayText: (since: string) =>
    `The computer behind this link has not answered since ${since}. Your own connection works, and the link stays valid.`,
  asleepTitle: 'The computer is asleep',
  asleepText: (since: string) => `Asleep since ${since}. Your own connection works, and the link stays valid.`,
  /** Whether waiting helps. */
  hope: {
    soon: 'It may just be starting again, which takes a few minutes: it is worth waiting.',
    later: 'It may be switched off, or without internet. Waiting here helps little: tell its owner, or come back later.',
    never: 'It has been away for more than a day. Waiting does not help: tell its owner.',
    asleep: 'It does not wake by itself. Waiting helps only if somebody is about to wake it: tell its owner.',
  },
  tryAgain: 'Try again',
  waiting: 'This page keeps looking, and goes on by itself once the computer answers.',
  addressTitle: 'The address to use',
  addressText: 'Copy this address into the program that you want to connect with.',
  addressIn: {
    jamulus: 'In Jamulus, click Connect and paste this address.',
    minecraft: 'In Minecraft, choose Multiplayer, then Direct Connection, and paste this address.',
  } as Readonly<Record<string, string>>,
  copy: 'Copy address',
  copied: 'Copied.',
  copyFailed: 'The browser did not allow it. The address is selected: copy it by hand.',
  isHere: 'Reachable now',
  isAway: (since: string) => `No answer since ${since}`,
  isAsleep: (since: string) => `Asleep since ${since}`,
  noPort: 'It can’t be reached from outside just now. Tell its owner; the link itself stays valid.',
}

export type LinkWords = typeof en

const fr: LinkWords = {
  beforeDate: 'le ',
  goneTitle: 'Ce lien ne mène nulle part',
  goneText: 'Il comporte une faute de frappe, ou son propriétaire l’a retiré. Demandez-en un nouveau à la personne qui vous l’a donné.',
  aliasGoneText: 'Vérifiez-la lettre par lettre avec la personne qui vous l’a dictée. Son propriétaire a aussi pu la retirer.',
  endedTitle: 'Ce lien a expiré',
  endedText: 'Il ne devait servir qu’un certain temps, et ce temps est passé. Demandez-en un nouveau à la personne qui vous l’a donné.',
  takenDownTitle: 'Cette adresse a été retirée',
  takenDownText: 'La personne qui tient ce relais n’y laisse plus passer personne. Si c’est la vôtre, Porchlight vous dit pourquoi.',
  usedUpTitle: 'Plus de place ce mois-ci',
  usedUpText: (until) =>
    `Ce que ce relais transporte en un mois pour cette maison est épuisé. Le lien remarchera à partir de cette date : ${until}. Prévenez son propriétaire.`,
  busyTitle: 'Trop d’essais',
  busyText:
    'Une adresse qui se dicte ne peut être essayée que de temps en temps, pour que personne n’en trouve une au hasard. Attendez une minute, puis réessayez.',
  awayTitle: 'Il n’y a personne pour le moment',
  awayText: (since) =>
    `L’ordinateur derrière ce lien ne répond plus depuis ${since}. Votre connexion, elle, fonctionne, et le lien reste valable.`,
  asleepTitle: 'L’ordinateur est en veille',
  asleepText: (since) => `En veille depuis ${since}. Votre connexion, elle, fonctionne, et le lien reste valable.`,
  hope: {
    soon: 'Il est peut-être en train de redémarrer, ce qui prend quelques minutes : cela vaut la peine d’attendre.',
    later:
      'Il est peut-être éteint ou privé d’internet. Attendre ici ne sert pas à grand-chose : prévenez son propriétaire, ou revenez plus tard.',
    never: 'Il est absent depuis plus d’un jour. Inutile d’attendre : prévenez son propriétaire.',
    asleep: 'Il ne se réveille pas tout seul. Attendre ne sert que si quelqu’un va le réveiller : prévenez son propriétaire.',
  },
  tryAgain: 'Réessayer',
  waiting: 'Cette page continue d’essayer et s’ouvrira d’elle-même dès que l’ordinateur répondra.',
  addressTitle: 'L’adresse à utiliser',
  addressText: 'Copiez cette adresse dans le programme avec lequel vous voulez vous connecter.',
  addressIn: {
    jamulus: 'Dans Jamulus, cliquez sur « Se connecter » et collez cette adresse.',
    minecraft: 'Dans Minecraft, choisissez « Multijoueur », puis « Connexion directe », et collez cette adresse.',
  },
  copy: 'Copier l’adresse',
  copied: 'Adresse copiée.',
  copyFailed: 'Le navigateur ne l’a pas permis. L’adresse est sélectionnée : copiez-la à la main.',
  isHere: 'Accessible en ce moment',
  isAway: (since) => `Ne répond plus depuis ${since}`,
  isAsleep: (since) => `En veille depuis ${since}`,
  noPort: 'Elle n’est pas joignable depuis l’extérieur pour le moment. Prévenez son propriétaire ; le lien, lui, reste valable.',
}

export const LINK_WORDS = { en, fr } as const
