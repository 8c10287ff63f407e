/** Who may import whom (ARCHITECTURE.md). Fails on a wrong edge and on any import cycle, types included. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** A part may import the parts it names, and its own files. */
const allowed: Record<string, readonly string[]> = {
  base: [],
  contract: ['base'],
  config: ['base'],
  store: ['base', 'config'],
  blobs: ['base', 'config'],
  columnar: ['base', 'config'],
  outbound: ['base', 'config'],
  engine: ['base', 'config', 'blobs'],
  areas: ['base', 'config', 'contract', 'store', 'blobs', 'columnar', 'outbound', 'engine'],
  http: ['base', 'config', 'contract', 'store', 'areas'],
  client: ['base', 'contract'],
  cli: ['base', 'contract', 'client'],
  platform: [
    'base',
    'config',
    'contract',
    'store',
    'blobs',
    'columnar',
    'outbound',
    'engine',
    'areas',
    'http',
  ],
  run: [
    'base',
    'config',
    'contract',
    'store',
    'blobs',
    'columnar',
    'outbound',
    'engine',
    'areas',
    'http',
    'platform',
    'client',
  ],
  main: ['base', 'config', 'cli', 'run'],
  ui: ['contract', 'client', 'base'],
}

/** An area imports only areas above it, and only their index. */
const areas = [
  'access',
  'audit',
  'holds',
  'artifacts',
  'data',
  'privacy',
  'tracking',
  'traces',
  'registry',
  'files',
  'webhooks',
  'imports',
  'notes',
  'pipelines',
  'tuning',
  'serving',
  'explain',
  'monitoring',
  'gateway',
  'fleet',
  'governance',
  'lines',
  'keeping',
]

/** Faces of processes that an area brings along: for `run` alone, so that no other process loads them. */
const programs: ReadonlySet<string> = new Set([join('src', 'areas', 'serving', 'model-server', 'index.ts')])

const imports =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return ['node_modules', 'dist', 'dev'].includes(entry.name) ? [] : sources(path)
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function partOf(path: string): string {
  const [top, second] = relative(root, path).split(sep)
  if (top === 'ui') return 'ui'
  return (second ?? '').replace(/\.ts$/, '')
}

function areaOf(path: string): string | undefined {
  const parts = relative(root, path).split(sep)
  return parts[0] === 'src' && parts[1] === 'areas' ? parts[2] : undefined
}

function importsOf(path: string): string[] {
  const found: string[] = []
  for (const match of readFileSync(path, 'utf8').matchAll(imports)) {
    const target = match[1] ?? match[2] ?? match[3] ?? ''
    if (target.startsWith('.')) found.push(normalize(join(dirname(path), target)))
  }
  return found
}

function wrongEdge(from: string, to: string): string | undefined {
  const [a, b] = [partOf(from), partOf(to)]
  if (a !== b && !(allowed[a] ?? []).includes(b)) return `${a} may not import ${b}`
  const [own, other] = [areaOf(from), areaOf(to)]
  if (other === undefined || own === other) return undefined
  // only the wiring and the adapters stand outside the order, and they too see only faces
  if (own === undefined && programs.has(relative(root, to))) return undefined
  if (!to.endsWith(join(other, 'index.ts'))) return `only ${other}/index.ts may be imported`
  if (own !== undefined && areas.indexOf(own) <= areas.indexOf(other))
    return `area ${own} may not import ${other}, which stands below it`
  return undefined
}

/** Tarjan's strongly connected components, those of more than one file. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node) ?? 0)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(node) !== index.get(node)) return
    const component = stack.splice(stack.indexOf(node))
    if (component.length > 1) found.push(component)
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

const files = [...sources(join(root, 'src')), ...sources(join(root, 'ui'))]
const known = new Set(files)
const graph = new Map(files.map((file) => [file, importsOf(file).filter((target) => known.has(target))]))
const problems: string[] = []
for (const [from, targets] of graph) {
  const area = areaOf(from)
  if (area !== undefined && !areas.includes(area))
    problems.push(`${relative(root, from)}: unknown area ${area}`)
  for (const to of targets) {
    const wrong = wrongEdge(from, to)
    if (wrong) problems.push(`${relative(root, from)} → ${relative(root, to)}: ${wrong}`)
  }
}
for (const cycle of cycles(graph))
  problems.push(`cycle: ${cycle.map((file) => relative(root, file)).join(' ← ')}`)
for (const problem of problems) console.error(problem)
console.log(`layers: ${files.length} files, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
