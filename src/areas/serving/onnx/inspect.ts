import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { SlipwayError } from '../../../base/error.ts'
import type { Signature } from '../../../contract/models.ts'
import { programPath } from './program.ts'
import type { ModelSpec, TensorSpec } from './tensor.ts'
import { isOutOfMemory } from './warm.ts'

export interface Inspected {
  readonly spec: ModelSpec
  readonly batchable: boolean
}

export interface InspectLimits {
  readonly timeoutMs: number
  /** Of the process that loads it, in bytes. */
  readonly memoryBytes: number
}

const usual: InspectLimits = { timeoutMs: 60_000, memoryBytes: 2 * 2 ** 30 }

/** What Node and onnxruntime need before there is any model. */
const ownBytes = 768 * 2 ** 20
const watchMs = 100

/**
 * What a model takes and gives, found by loading and running it in a process of its own that is killed at its limits. Fails
 * with `invalid_model` and the reason.
 */
export async function inspectModel(path: string, limits: Partial<InspectLimits> = {}): Promise<Signature> {
  const { spec } = await tryModel(path, limits)
  return { inputs: spec.inputs.map(mutable), outputs: spec.outputs.map(mutable) }
}

function mutable(tensor: TensorSpec): Signature['inputs'][number] {
  return { ...tensor, shape: [...tensor.shape] }
}

/** As `inspectModel`, with what the model server must know besides. */
export async function tryModel(path: string, limits: Partial<InspectLimits> = {}): Promise<Inspected> {
  const { timeoutMs, memoryBytes } = { ...usual, ...limits }
  const ended = await runLimited(path, timeoutMs, memoryBytes + ownBytes)
  if (ended.reason === 'time') {
    throw new SlipwayError('invalid_model', `The model did not load within ${timeoutMs / 1000} s.`)
  }
  const found = ended.reason === undefined ? parse(ended.output) : undefined
  if (ended.reason === 'memory' || found === undefined) {
    throw new SlipwayError('invalid_model', outOfMemoryOrCrash(ended, memoryBytes))
  }
  if ('error' in found) throw new SlipwayError('invalid_model', explained(found.error, path, memoryBytes))
  return found
}

interface Ended {
  readonly output: string
  readonly reason?: 'time' | 'memory'
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
}

function runLimited(path: string, timeoutMs: number, memoryBytes: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(...limited([programPath('inspect-program'), path], memoryBytes), {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    })
    let output = ''
    let reason: Ended['reason']
    const kill = (why: 'time' | 'memory') => {
      reason ??= why
      child.kill('SIGKILL')
    }
    const timer = setTimeout(kill, timeoutMs, 'time')
    const watch = setInterval(async () => {
      if ((await residentBytes(child.pid)) > memoryBytes) kill('memory')
    }, watchMs)
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    const end = () => {
      clearTimeout(timer)
      clearInterval(watch)
    }
    child.once('error', (error) => {
      end()
      reject(error)
    })
    child.once('close', (code, signal) => {
      end()
      resolve({ output, code, signal, ...(reason ? { reason } : {}) })
    })
  })
}

/** On Linux the kernel refuses memory beyond the limit (RLIMIT_DATA); elsewhere only the watch holds. */
function limited(args: readonly string[], memoryBytes: number): [string, string[]] {
  if (process.platform !== 'linux') return [process.execPath, [...args]]
  const kibibytes = Math.ceil(memoryBytes / 1024)
  return ['/bin/sh', ['-c', `ulimit -d ${kibibytes}; exec "$0" "$@"`, process.execPath, ...args]]
}

async function residentBytes(pid: number | undefined): Promise<number> {
  if (pid === undefined || process.platform !== 'linux') return 0
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

function parse(output: string): Inspected | { readonly error: string } | undefined {
  try {
    return JSON.parse(output) as Inspected | { readonly error: string }
  } catch {
    return undefined
  }
}

function outOfMemoryOrCrash({ reason, signal, code }: Ended, memoryBytes: number): string {
  if (reason === 'memory') return needsMore(memoryBytes)
  return `Loading the model ended the process that tried it (${signal ?? `exit code ${code}`}).`
}

/** Messages of onnxruntime name places in its source and our files, which tells a reader nothing. */
function explained(message: string, path: string, memoryBytes: number): string {
  if (isOutOfMemory(message)) return needsMore(memoryBytes)
  const text = message
    .replace(/\/onnxruntime_src\/\S+\s?/g, '')
    .replaceAll(path, 'it')
    .replace(/failed:\s*/, 'failed: ')
    .trim()
  return `The file is not a model that can be served: ${text.slice(0, 1000)}`
}

function needsMore(memoryBytes: number): string {
  return `The model needs more memory to load and run than the limit of ${Math.round(memoryBytes / 2 ** 20)} MiB.`
}
