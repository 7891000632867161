import type { AllWords } from '../index.ts'
import type { ProblemWords } from '../problems.ts'

export const background: AllWords['background'] = {
  installed: (path) => `Porchlight tourne maintenant en arrière-plan. Son service : ${path}`,
  untilLogout: (command) => `Il s'arrête à la fermeture de votre session. Pour le lancer dès l'allumage : sudo ${command} "$USER"`,
  removed: (folder) => `Porchlight ne tourne plus en arrière-plan. Noms, liens et réglages restent dans ${folder}.`,
}

export const backgroundProblems: ProblemWords<'background-by-hand' | 'background-refused'> = {
  'background-by-hand': () => ({
    title: 'Ce système se règle à la main.',
    cause: 'Seuls systemd et les agents de macOS se laissent régler par une commande.',
    consequence: "Rien n'a été modifié.",
    remedy: 'Suivez la recette de ce système dans docs/headless.md.',
  }),
  'background-refused': ({ command, detail }) => ({
    title: `Le service n'a pas pu démarrer : ${detail}.`,
    cause: `« ${command} » a échoué.`,
    consequence: 'Porchlight ne tourne pas en arrière-plan. Ce qui a été écrit reste en place.',
    remedy: "Corrigez ce qu'indique le message et réinstallez, ou revenez en arrière avec : porchlight service uninstall.",
  }),
}
