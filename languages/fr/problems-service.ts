import type { ProblemWords } from '../problems.ts'

/** Ce que vous avez saisi pour un service. */
export const typedProblems: ProblemWords<
  | 'name-invalid'
  | 'name-taken'
  | 'service-unknown'
  | 'services-full'
  | 'target-invalid'
  | 'target-forbidden'
  | 'preset-unknown'
  | 'preset-mismatch'
> = {
  'name-invalid': ({ name }) => ({
    title: `« ${name} » ne peut pas servir de nom.`,
    cause:
      "Le nom fait partie d'une adresse internet, qui n'accepte que des minuscules sans accent, des chiffres et des tirets entre deux.",
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      { text: "Choisissez un nom comme jeedom, photos ou ma-musique : jusqu'à 40 minuscules, chiffres et tirets.", action: 'add-service' },
    ],
  }),
  'name-taken': ({ name }) => ({
    title: `Vous avez déjà un service appelé ${name}.`,
    cause: 'Chaque service a son propre nom, car ce nom fait partie de son adresse.',
    consequence: "Rien n'a été modifié.",
    steps: [{ text: 'Choisissez un autre nom.', action: 'add-service' }, `Ou retirez d'abord ${name}.`],
  }),
  'service-unknown': ({ name }) => ({
    title: `Aucun service ne s'appelle ${name}.`,
    cause: "Il a pu être retiré entre-temps, ou son nom s'écrit autrement.",
    consequence: "Rien n'a été modifié.",
    steps: [{ text: 'Regardez la liste de vos services et réessayez avec un nom qui y figure.', action: 'show-service' }],
  }),
  'services-full': ({ name }) => ({
    title: `Il n'y a plus de place pour ${name} : Porchlight garde 80 services au plus.`,
    cause: 'Ils sont tous annoncés au relais en un seul message, et ce message est plein.',
    consequence: "Le service n'a pas été ajouté ; les autres continuent comme avant.",
    steps: [{ text: "Retirez un service dont vous n'avez plus besoin, puis ajoutez celui-ci de nouveau.", action: 'show-service' }],
  }),
  'target-invalid': ({ target }) => ({
    title: `Porchlight ne peut pas utiliser l'adresse « ${target} ».`,
    cause: 'Il faut un type, une machine et un port, et rien derrière.',
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      {
        text: "Écrivez-la comme http://192.168.1.20:8080. Pour autre chose qu'un site : tcp://192.168.1.20:22 ou udp://192.168.1.20:22124.",
        action: 'add-service',
      },
    ],
  }),
  'target-forbidden': ({ target, reason }) => ({
    title: `${target} ne peut pas être partagé.`,
    cause: `Cette adresse n'est pas permise : ${reason}.`,
    consequence: "Le service n'a pas été ajouté, pour votre sécurité.",
    steps: [
      {
        text: "Saisissez l'adresse d'un appareil de votre réseau domestique, par exemple http://192.168.1.20:8080.",
        action: 'add-service',
      },
    ],
  }),
  'preset-unknown': ({ name, detail }) => ({
    title: `Il n'existe pas de préréglage « ${name} ».`,
    cause: "Un préréglage dit à Porchlight quel programme se trouve là, et il n'en connaît que quelques-uns.",
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      { text: `Choisissez parmi ceux-ci : ${detail}.`, action: 'add-service' },
      "Ou n'en indiquez aucun : le service fonctionnera tout de même.",
    ],
  }),
  'preset-mismatch': ({ name, target, detail }) => ({
    title: `Le préréglage « ${name} » ne convient pas à ${target}.`,
    cause: `Ce programme se joint à une adresse comme ${detail}.`,
    consequence: "Le service n'a pas été ajouté.",
    steps: [{ text: `Écrivez l'adresse comme ${detail}, ou n'indiquez pas de préréglage.`, action: 'add-service' }],
  }),
}

/** Le service, chez vous. Le chemin depuis l'extérieur, lui, est bon. */
export const serviceProblems: ProblemWords<
  'service-refused' | 'service-silent' | 'service-no-answer' | 'service-unavailable' | 'service-not-found' | 'target-moved'
> = {
  'service-refused': ({ service, target }) => ({
    title: `${service} ne répond pas. Votre connexion, elle, fonctionne.`,
    causes: [
      `Le programme est sans doute arrêté : sa machine répond, mais rien n'écoute sur ${target}.`,
      'Il utilise peut-être un autre port depuis une mise à jour ou un changement de réglage.',
    ],
    consequence: "Vos visiteurs ne peuvent pas l'utiliser tant qu'il n'a pas redémarré.",
    steps: [
      `Démarrez ${service} sur sa machine.`,
      { text: `Vérifiez que son port est bien celui de ${target}.`, action: 'show-service' },
      { text: "Dès qu'il répond, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-silent': ({ service, target }) => ({
    title: `${service} ne répond pas. Votre connexion, elle, fonctionne.`,
    causes: [
      `Sa machine est peut-être éteinte ou en veille : aucune réponse ne vient de ${target}.`,
      "Elle a peut-être changé d'adresse chez vous.",
      'Son propre pare-feu bloque peut-être Porchlight.',
    ],
    consequence: "Vos visiteurs attendent en vain tant qu'il ne répond pas.",
    steps: [
      'Allumez la machine.',
      { text: "Ouvrez le service depuis cet ordinateur. Dès que cela fonctionne, l'extérieur suit.", action: 'show-service' },
      { text: "Dès qu'il répond, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-no-answer': ({ service, target }) => ({
    title: `${service} ne répond pas. Votre connexion, elle, fonctionne.`,
    causes: [
      `Le programme est peut-être bloqué : ${target} accepte les connexions, mais aucune page n'en revient.`,
      "Son conteneur tourne peut-être sans le programme qu'il devrait contenir.",
      "Autre chose qu'un site web écoute peut-être là, désormais.",
    ],
    consequence: "Vos visiteurs voient une erreur tant qu'il ne répond pas.",
    steps: [
      `Redémarrez ${service} sur sa machine.`,
      { text: "Ouvrez le service depuis cet ordinateur. Dès que cela fonctionne, l'extérieur suit.", action: 'show-service' },
      { text: "Dès qu'il répond, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-unavailable': ({ service, target, reason }) => ({
    title: `${service} est là, mais pas prêt. Votre connexion, elle, fonctionne.`,
    causes: [
      `Le programme derrière le serveur web est peut-être arrêté : ${target} répond par l'erreur ${reason}.`,
      'Il est peut-être encore en train de démarrer, ou en maintenance.',
    ],
    consequence: "Vos visiteurs voient une page d'erreur tant qu'il n'est pas prêt.",
    steps: [
      "Attendez une minute s'il vient de démarrer.",
      `Redémarrez ${service} sur sa machine.`,
      { text: "Dès qu'il est prêt, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-not-found': ({ service, host }) => ({
    title: `La machine ${host} est introuvable sur votre réseau.`,
    causes: [
      'Elle est peut-être éteinte ou en veille.',
      `Son nom a peut-être changé, ou est mal écrit : ${service} est réglé sur ${host}, et aucun appareil ne s'appelle ainsi chez vous.`,
    ],
    consequence: `Vos visiteurs ne peuvent pas accéder à ${service}. Votre connexion, elle, fonctionne.`,
    steps: [
      'Vérifiez que la machine est allumée.',
      { text: 'Vérifiez que son nom est bien écrit, ou utilisez son adresse, par exemple 192.168.1.20.', action: 'show-service' },
      { text: "Dès qu'elle est là, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'target-moved': ({ service, address, target }) => ({
    title: `${service} a changé d'adresse chez vous, et Porchlight l'a suivi.`,
    cause: `La box a donné une nouvelle adresse à sa machine : elle était en ${address}, et ${service} répond maintenant à ${target}.`,
    consequence:
      "Rien n'est perdu : l'adresse donnée à vos visiteurs reste la même. D'autres programmes chez vous cherchent peut-être encore à l'ancien endroit.",
    steps: [
      { text: "Il n'y a rien à faire.", action: 'show-service' },
      "Pour que l'adresse ne change plus, réservez-en une fixe à cette machine : page de la box, là où elle distribue les adresses (DHCP).",
    ],
  }),
}
