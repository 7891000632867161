/** La box, et l'opérateur derrière elle : qui ouvre le passage, et qui ne l'ouvre pas. */
import type { ProblemWords } from '../problems.ts'
import { clock } from './times.ts'

export const routerProblems: ProblemWords<
  | 'gateway-silent'
  | 'gateway-refused'
  | 'gateway-conflict'
  | 'old-rule-stands'
  | 'forward-by-hand'
  | 'gateway-no-internet'
  | 'gateway-no-address'
  | 'provider-shares-address'
  | 'second-router'
  | 'second-router-refused'
  | 'second-router-conflict'
> = {
  'gateway-silent': ({ address }) => ({
    title: "Votre box n'ouvre pas le passage d'elle-même.",
    causes: [
      `L'UPnP y est sans doute désactivé : la box ${address} ne répond pas à la demande de laisser entrer les visiteurs.`,
      "Elle est peut-être trop ancienne pour cela, ou un pare-feu l'empêche de recevoir la demande.",
    ],
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: "Activez-y l'UPnP, ou ajoutez à la main une règle de redirection de port.", action: 'open-guide' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-refused': ({ address, reason }) => ({
    title: "Votre box a refusé d'ouvrir le passage.",
    cause: `La box à l'adresse ${address} a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      {
        text: 'Autorisez-y cet ordinateur à ouvrir le passage (UPnP), ou ajoutez à la main une règle de redirection de port.',
        action: 'open-guide',
      },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-conflict': ({ address, port, internal }) => ({
    title: `Le port ${port} de votre box mène déjà ailleurs.`,
    cause: `Une règle de la box (${address}) l'envoie vers ${internal}. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      "Si cette règle vous sert, laissez-la : il n'y a rien à faire.",
      { text: `Si elle ne vous sert plus, supprimez-la sur http://${address}.`, action: 'open-router' },
      { text: 'Porchlight prendra ensuite le port tout seul.', action: 'check-now' },
    ],
  }),
  'old-rule-stands': ({ address, port, internal, until }) => ({
    title: `Le port ${port} de votre box mène encore à l'ancienne adresse de cet ordinateur.`,
    cause: `Cet ordinateur était auparavant ${internal}. La box à l'adresse ${address} garde la règle que Porchlight y avait posée, et ne laisse aucune autre adresse l'effacer.`,
    consequence: 'En attendant, les visiteurs passent par le relais.',
    steps: [
      `Rien à faire : la règle disparaît d'elle-même à ${clock(until)} au plus tard.`,
      {
        text: `Une adresse fixe pour cet ordinateur, à régler sur http://${address}, évite que cela se reproduise.`,
        action: 'open-router',
      },
    ],
  }),
  'forward-by-hand': ({ address, protocol, port, internal, internalPort }) => ({
    title: 'Vous pouvez ouvrir le chemin direct à la main.',
    cause: `La box à l'adresse ${address} ne laisse pas Porchlight y poser de règle, mais vous, vous le pouvez.`,
    consequence: "D'ici là, les visiteurs passent par le relais : cela fonctionne, un peu moins vite.",
    steps: [
      { text: `Ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: `Redirigez le port ${port} (${protocol}) vers ${internal}, port ${internalPort}.`, action: 'open-guide' },
      'Donnez-y aussi une adresse fixe à cet ordinateur.',
      { text: "Porchlight s'en apercevra en moins d'une minute, et aussitôt si vous le faites regarder.", action: 'check-now' },
    ],
  }),
  'gateway-no-internet': ({ address }) => ({
    title: "Votre box n'a pas internet.",
    causes: [`Sa ligne est coupée, comme le dit la box ${address}.`, 'Elle vient de démarrer, et ne connaît pas encore sa propre adresse.'],
    consequence: "Personne à l'extérieur ne peut accéder à vos services avant le retour de la ligne. À la maison, ils continuent.",
    steps: [
      { text: 'Regardez les voyants de la box, ou sa page.', action: 'open-router' },
      'Si la ligne est coupée, redémarrez la box.',
      'Si cela ne suffit pas, appelez votre opérateur.',
      { text: "Porchlight s'en aperçoit et reprend tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-no-address': ({ address }) => ({
    title: "Votre box n'a pas d'adresse internet à elle.",
    causes: [
      `Le plus souvent, l'opérateur partage une même adresse entre plusieurs clients : la box ${address} n'en indique aucune.`,
      'La box garde son adresse pour elle.',
    ],
    consequence:
      "Personne ne peut arriver directement chez vous en IPv4, l'ancien genre d'adresse internet. Par le relais, cela fonctionne.",
    steps: [
      'Rien à faire.',
      { text: "Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous ; c'est souvent gratuit.", action: 'open-guide' },
    ],
  }),
  'provider-shares-address': ({ address }) => ({
    title: 'Votre opérateur partage votre adresse IPv4.',
    cause: `Votre box a reçu ${address}, que beaucoup de clients utilisent ensemble. Un visiteur qui y frappe ne peut pas être conduit chez vous.`,
    consequence:
      "Personne ne peut arriver directement chez vous en IPv4, l'ancien genre d'adresse internet. Par le relais, cela fonctionne.",
    steps: [
      'Rien à faire.',
      { text: "Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous ; c'est souvent gratuit.", action: 'open-guide' },
    ],
  }),
  'second-router': ({ address }) => ({
    title: "Il y a deux routeurs, l'un derrière l'autre.",
    cause: `Un autre routeur se trouve devant le vôtre, qui a du côté extérieur l'adresse domestique ${address}. Celui de devant ne répond pas à la demande de laisser entrer les visiteurs.`,
    consequence: 'Une règle sur le routeur intérieur seul ne laisse entrer personne. Par le relais, cela fonctionne.',
    steps: [
      { text: "Pour le chemin direct, activez l'UPnP sur le routeur extérieur, en général la box de l'opérateur.", action: 'open-guide' },
      `Ou déclarez-y ${address} comme l'appareil qui reçoit tous les visiteurs (DMZ).`,
      'Ou mettez le routeur extérieur en mode pont (« bridge »).',
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'second-router-refused': ({ address, internal, reason }) => ({
    title: "Le second routeur a refusé d'ouvrir le passage.",
    cause: `Il y a deux routeurs, l'un derrière l'autre. Le vôtre a accepté ; celui qui est devant, à l'adresse ${address}, a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: `Autorisez-y ${internal} à ouvrir le passage (UPnP).`, action: 'open-guide' },
      `Ou déclarez-y ${internal} comme l'appareil qui reçoit tous les visiteurs (DMZ).`,
      'Ou mettez ce routeur en mode pont (« bridge »).',
    ],
  }),
  'second-router-conflict': ({ address, internal, port }) => ({
    title: `Le port ${port} du second routeur mène déjà ailleurs.`,
    cause: `Il y a deux routeurs, l'un derrière l'autre. Une règle de celui qui est devant (${address}) envoie ce port vers un autre appareil. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      { text: `Si cette règle ne vous sert plus, supprimez-la sur http://${address}.`, action: 'open-router' },
      `Si elle est destinée à Porchlight, faites-la mener au port ${port} de ${internal}.`,
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
}
