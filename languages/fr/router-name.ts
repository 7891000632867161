/** Le nom que la box met à jour elle-même. */
import type { en } from '../en/index.ts'
import type { ProblemWords } from '../problems.ts'

export const routerName: (typeof en)['routerName'] = {
  rows: { name: 'Nom', addresses: 'Adresse', updateUrl: 'URL de mise à jour', user: 'Utilisateur', password: 'Mot de passe' },
  none: "Votre box n'a pas de nom.",
  once: 'Le mot de passe ne sera plus affiché. Saisissez ces valeurs dans votre box, à la page « DNS dynamique » (souvent « DynDNS » ou « personnalisé »).',
}

export const routerNameProblems: ProblemWords<'router-name-taken' | 'router-name-unsupported'> = {
  'router-name-taken': ({ name }) => ({
    title: `Votre box ne peut pas s'appeler « ${name} ».`,
    cause: "L'un de vos services porte déjà ce nom.",
    consequence: "Rien n'a été modifié.",
    remedy: 'Choisissez un autre nom pour la box.',
  }),
  'router-name-unsupported': ({ relay }) => ({
    title: 'Ce relais ne donne pas de nom aux box.',
    cause: `${relay} est trop ancien pour cela, ou partage son domaine avec d'autres relais.`,
    consequence: "Votre box ne peut pas mettre elle-même un nom à jour. Vos services n'en souffrent pas.",
    remedy: 'Prenez un autre fournisseur de noms dynamiques pour la box, ou demandez à la personne qui tient le relais.',
  }),
}
