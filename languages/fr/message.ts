import type { Words } from '../index.ts'

/** Un texte tout prêt pour quelqu'un d'autre : simple, poli, avec tous les chiffres qu'il faut. */
export const message: Words['message'] = {
  heading: "Demander à quelqu'un d'autre",
  lead: "Quelqu'un d'autre s'occupe de la box, ou seul votre opérateur peut agir ? Ce texte dit ce qu'il faut et ce qui a été constaté. Il ne contient ni mot de passe ni lien.",
  to: { network: "À la personne qui s'occupe du réseau", provider: "À l'assistance de votre opérateur" },
  copy: 'Copier le texte',
  copied: 'Le texte est dans le presse-papiers.',
  mail: 'Écrire un courriel',
  subject: {
    network: 'Pourriez-vous ouvrir un port sur la box ?',
    provider: 'Rendre ma ligne joignable depuis internet',
  },
  hello: 'Bonjour,',
  why: {
    network: (services) =>
      `Je rends ${services} accessible depuis internet, avec un programme nommé Porchlight, sur un ordinateur de ce réseau.`,
    provider: (services) => `Je rends ${services} accessible depuis internet, chez moi. À ma connaissance, mon contrat le permet.`,
  },
  nothing: 'un programme',
  asks: 'Ce que je demande :',
  rule: (protocol, port, internal, internalPort) =>
    `une règle sur la box : le port ${protocol} ${port} venant d'internet mène à ${internal}, port ${internalPort}`,
  fixed: (address) => `une adresse fixe pour cet ordinateur : ${address}`,
  allow: (address) => `ou bien l'UPnP, NAT-PMP ou PCP autorisé pour ${address} : Porchlight pose alors la règle et la retire lui-même`,
  ownAddress: "une adresse IPv4 que je ne partage pas avec d'autres clients, gratuite si vous le proposez",
  openPorts: (ports) => `que rien, chez vous, ne bloque les connexions entrantes vers ${ports}`,
  seen: (time) => `Ce qui a été essayé et constaté (${time}) :`,
  routerSpeaks: (router, protocols) => `la box ${router} se laisse interroger par ${protocols}`,
  routerSilent: (router) => `la box ${router}, interrogée par UPnP, NAT-PMP et PCP, n'a pas répondu`,
  routerSays: (address) => `la box annonce comme adresse extérieure ${address}`,
  outsideSees: (address) => `vu de l'extérieur, ce réseau a l'adresse ${address}`,
  line: (verdict) => `la ligne : ${verdict}`,
  found: (title) => `« ${title} »`,
  end: {
    network: "Seul ce port de cet ordinateur s'ouvre, rien d'autre, et la règle peut être supprimée à tout moment.",
    provider: 'Pouvez-vous me dire si cela est possible, et comment ?',
  },
  thanks: 'Merci !',
}
