/** Ce qui peut ne pas aller avec `porchlight service`. */
import type { ProblemWords } from '../problems.ts'

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
