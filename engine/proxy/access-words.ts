/** What a visitor reads at the door of a service that not everybody may open. Each language is written for itself. */
import type { Language } from '../../languages/index.ts'

const en = {
  password: {
    title: 'This service asks for a password',
    text: 'Its owner has told it to those who may come in.',
    label: 'Password',
    button: 'Come in',
    wrong: 'This is not the password. Capitals and spaces count.',
    busy: 'Too many tries from here or from elsewhere. Wait a minute, then try again.',
  },
  pin: {
    title: 'This link asks for its PIN',
    text: 'Whoever gave you the link has told you the PIN, too: four to eight digits.',
    label: 'PIN',
    button: 'Open',
    wrong: 'This is not the PIN of this link. After ten wrong ones the link is locked.',
  },
  locked: {
    title: 'This link is locked',
    text: 'Too many wrong PINs were given to it. Ask the person who gave it to you for a new one.',
  },
  address: {
    title: 'You are not on the list of this service',
    text: 'It lets in certain addresses only. Send yours to its owner, who can add it to the list:',
  },
  home: {
    title: 'This service is for the home alone',
    text: 'It lets in only who is in the same network. If you are at home, use its address there. You came from:',
  },
  admitted: {
    title: 'You can connect now',
    text: 'Copy this address into the program that you want to connect with:',
    until: (hours: number) => `It lets you in for ${hours === 1 ? 'one hour' : `${hours} hours`}, from the address that you have now:`,
    nowhere: 'It cannot be reached from outside just now. Tell its owner; the link itself stays valid.',
  },
  leave: { title: 'Leave this service?', text: 'This browser then has to be let in anew.', button: 'Leave' },
  left: { title: 'You have left', text: 'This browser is not let in any more until you open the link or give the password again.' },
}
type AccessWords = typeof en

const fr: AccessWords = {
  password: {
    title: 'Ce service demande un mot de passe',
    text: 'Son propriétaire l’a donné aux personnes qui peuvent entrer.',
    label: 'Mot de passe',
    button: 'Entrer',
    wrong: 'Ce n’est pas le bon mot de passe. Les majuscules et les espaces comptent.',
    busy: 'Trop d’essais, d’ici ou d’ailleurs. Attendez une minute, puis réessayez.',
  },
  pin: {
    title: 'Ce lien demande son code',
    text: 'La personne qui vous a donné le lien vous a aussi donné son code : quatre à huit chiffres.',
    label: 'Code',
    button: 'Ouvrir',
    wrong: 'Ce n’est pas le code de ce lien. Après dix codes faux, le lien se bloque.',
  },
  locked: {
    title: 'Ce lien est bloqué',
    text: 'Trop de codes faux lui ont été donnés. Demandez-en un nouveau à la personne qui vous l’a donné.',
  },
  address: {
    title: 'Vous n’êtes pas sur la liste de ce service',
    text: 'Il n’accepte que certaines adresses. Envoyez la vôtre à son propriétaire, qui pourra l’ajouter :',
  },
  home: {
    title: 'Ce service est réservé à la maison',
    text: 'Il n’accepte que les appareils du même réseau. Si vous êtes sur place, utilisez son adresse locale. Vous venez de :',
  },
  admitted: {
    title: 'Vous pouvez vous connecter',
    text: 'Copiez cette adresse dans le programme avec lequel vous voulez vous connecter :',
    until: (hours) =>
      `Vous pouvez entrer pendant ${hours === 1 ? 'une heure' : `${hours} heures`}, depuis l’adresse que vous avez en ce moment :`,
    nowhere: 'Il n’est pas joignable depuis l’extérieur pour le moment. Prévenez son propriétaire ; le lien, lui, reste valable.',
  },
  leave: { title: 'Quitter ce service ?', text: 'Il faudra ensuite faire entrer ce navigateur de nouveau.', button: 'Quitter' },
  left: {
    title: 'Vous êtes sorti',
    text: 'Ce navigateur n’entre plus tant que vous n’aurez pas rouvert le lien ou redonné le mot de passe.',
  },
}

export const accessWords = (language: Language): AccessWords => ({ en, fr })[language]
