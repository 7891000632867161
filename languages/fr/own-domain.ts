/** Un domaine bien à soi, pendant que l'on pose ses enregistrements : sur la page et en ligne de commande. */
import type { en } from '../en/index.ts'

export const ownDomain: (typeof en)['ownDomain'] = {
  purposes: {
    lead: 'amène les visiteurs ici',
    lead6: 'amène les visiteurs ici en IPv6',
    owner: 'dit au relais que le nom est à vous',
    proof: "permet au relais d'obtenir le certificat de tous les noms en dessous",
    bind: 'réserve les certificats à ce domicile',
  },
  states: {
    right: 'en place',
    waiting: 'en place, se propage',
    missing: 'pas encore là',
    wrong: "autre chose s'y trouve",
    unknown: "vérification impossible pour l'instant",
  },
  findings: {
    undelegated: () =>
      "Ce domaine n'existe pas, ou n'a pas encore de serveurs de noms. Un domaine tout juste acheté demande quelques minutes.",
    'servers-silent': () => "Les serveurs de noms du domaine ne répondent pas. Si cela dure, demandez à qui s'occupe du domaine.",
    dnssec: () =>
      "Les signatures de ce domaine (DNSSEC) sont fausses. Les résolveurs prudents et les autorités de certification ne le croient pas. Qui s'occupe du domaine peut refaire les signatures, ou retirer l'enregistrement DS.",
    caa: (detail) =>
      `Un enregistrement CAA dit qui peut délivrer des certificats, et notre autorité n'en est pas : ${detail}. Ajoutez-la, ou retirez l'enregistrement.`,
    wildcard: (detail) => `Ce domaine répond pour n'importe quel nom (${detail}), donc un nom qui n'est pas posé semble exister.`,
    apex: () =>
      "Un domaine lui-même ne peut pas être un alias. Si le relais déménage un jour, ces adresses seront à changer à la main, alors qu'un nom comme www suit tout seul.",
    'no-way': () => "Rien n'amène encore à ce domicile. Rejoignez un relais, ou ouvrez un chemin sur la box.",
  },
  relay: {
    carried: 'Le relais amène ici les visiteurs de ce nom.',
    leaving: "L'enregistrement qui dit à qui est le nom a disparu. Dans une heure au plus, le relais lâche le nom.",
    missing: "Le relais attend l'enregistrement qui dit à qui est le nom.",
    wrong: "L'enregistrement désigne un autre appareil.",
    taken: 'Un autre appareil a ce nom, et son enregistrement est toujours là. Retirez-le.',
    reserved: 'Le relais ne prend pas ce nom.',
    undelegated: 'Le relais ne trouve pas ce domaine.',
    unknown: "Le relais ne peut pas interroger les serveurs de noms pour l'instant.",
    unsupported: "Ce relais ne prend pas de noms à vous. Demandez à qui s'en occupe de le mettre à jour.",
  },
  asking: 'Question aux serveurs de noms de ce domaine…',
  copyName: 'Copier le nom',
  copyValue: 'Copier la valeur',
  copied: "C'est dans le presse-papiers.",
  optional: 'facultatif',
  where: (zone, servers) => `Posez ces enregistrements là où ${zone} est tenu (${servers}).`,
  anywhere: 'Posez ces enregistrements là où votre domaine est tenu.',
  found: (values) => `On y trouve : ${values}`,
  old: (seconds) =>
    `qui a déjà demandé se souvient de l'ancien pendant ${seconds < 120 ? `${seconds} secondes` : `${Math.round(seconds / 60)} minutes`} au plus`,
  done: (host) => `${host} mène ici.`,
  type: "Type d'enregistrement",
  name: 'Nom',
  value: 'Valeur',
}
