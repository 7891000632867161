/** Figures in the text format that Prometheus reads, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */

export type Labels = Readonly<Record<string, string>>
/** One figure, or one for each set of labels. */
export type Reading = number | readonly (readonly [Labels, number])[]

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Lines without the newline. */
  lines(): string[] | Promise<string[]>
}

export interface Counter {
  add(labels?: Labels, by?: number): void
}

export interface Histogram {
  observe(value: number): void
}

/** No more sets of labels than this for one name: what strangers send must not grow the page. */
const MAX_SERIES = 100

export class Metrics {
  readonly #families: Family[] = []

  /** Only ever grows; the name ends in `_total`. `series`: labels that stand at nought before they are first counted. */
  counter(name: string, help: string, series: readonly Labels[] = []): Counter {
    const counts = new Map<string, number>(series.map((labels) => [labelText(labels), 0]))
    this.#families.push({ name, type: 'counter', help, lines: () => [...counts].map(([labels, count]) => `${name}${labels} ${count}`) })
    return {
      add(labels = {}, by = 1) {
        const text = labelText(labels)
        if (counts.has(text) || counts.size < MAX_SERIES) counts.set(text, (counts.get(text) ?? 0) + by)
      },
    }
  }

  /** Read whenever somebody asks. NaN where it cannot be told now. */
  read(type: 'gauge' | 'counter', name: string, help: string, reading: () => Reading | Promise<Reading>): void {
    const lines = async (): Promise<string[]> => {
      const read = await reading()
      const all = typeof read === 'number' ? [[{}, read] as const] : read
      return all.map(([labels, value]) => `${name}${labelText(labels)} ${value}`)
    }
    this.#families.push({ name, type, help, lines })
  }

  /** `bounds`: upper ends of the buckets, in ascending order. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const counts = bounds.map(() => 0)
    let [count, sum] = [0, 0]
    const lines = (): string[] => [
      ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index]}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`,
    ]
    this.#families.push({ name, type: 'histogram', help, lines })
    return {
      observe(value) {
        count += 1
        sum += value
        for (const [index, bound] of bounds.entries()) if (value <= bound) counts[index] = (counts[index] ?? 0) + 1
      },
    }
  }

  async text(): Promise<string> {
    const parts = await Promise.all(
      this.#families.map(async ({ name, type, help, lines }) => [
        `# HELP ${name} ${escapeHelp(help)}`,
        `# TYPE ${name} ${type}`,
        ...(await lines()),
      ]),
    )
    return `${parts.flat().join('\n')}\n`
  }
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels)
  return entries.length === 0 ? '' : `{${entries.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',')}}`
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')
