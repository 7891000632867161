/** Every word on the page stands in `languages/`: nothing that a person reads is written into a component. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAst } from 'rolldown/parseAst'

/** Attributes whose value is read or heard. */
const TOLD = ['label', 'title', 'alt', 'placeholder', 'help', 'text', 'summary', 'aria-label', 'aria-description', 'aria-roledescription']

interface Node {
  readonly type: string
  readonly name?: { readonly name?: string }
  readonly value?: unknown
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
const hasWords = (text: unknown): text is string => typeof text === 'string' && /\p{L}{2}/u.test(text)

/** The literal of an expression, also within `a && 'x'` and `a ? 'x' : 'y'`, and the fixed parts of a template. */
function literals(node: unknown): string[] {
  if (!isNode(node)) return []
  if (node.type === 'Literal') return hasWords(node.value) ? [node.value] : []
  if (node.type === 'TemplateLiteral')
    return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).filter(hasWords)
  if (node.type === 'ConditionalExpression') return [...literals(node.consequent), ...literals(node.alternate)]
  if (node.type === 'LogicalExpression') return literals(node.right)
  return node.type === 'JSXExpressionContainer' ? literals(node.expression) : []
}

/** What is written into the elements of a source. */
function written(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(written)
  if (!isNode(node)) return []
  const own =
    node.type === 'JSXText' && hasWords(node.value)
      ? [node.value.trim()]
      : node.type === 'JSXAttribute' && TOLD.includes(node.name?.name ?? '')
        ? literals(node.value)
        : node.type === 'JSXElement' || node.type === 'JSXFragment'
          ? (node.children as unknown[]).flatMap(literals)
          : []
  return [...own, ...Object.entries(node).flatMap(([key, value]) => (key === 'parent' ? [] : written(value)))]
}

const writtenIn = (source: string): string[] => written(parseAst(source, { lang: 'tsx' }).body)

test('a word in a component is found', () => {
  const found = writtenIn(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a source within a source
    'const a = (b: boolean) => <p title="Hello there">Well <i>{b ? `done ${1}` : words.x}</i>{b && "Now"}<K className="no" /></p>',
  )
  assert.deepEqual(found.sort(), ['Hello there', 'Now', 'Well', 'done '])
})

test('no component has words of its own', () => {
  const files = globSync('**/*.tsx', { cwd: import.meta.dirname })
  assert.ok(files.length > 50)
  const found = files.flatMap((file) => writtenIn(readFileSync(join(import.meta.dirname, file), 'utf8')).map((text) => `${file}: ${text}`))
  assert.deepEqual(found, [])
})
