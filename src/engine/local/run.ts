import { spawn } from 'node:child_process'

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly signal?: AbortSignal
  readonly onLine?: (line: string) => void
}

export interface RunResult {
  /** null when it could not be started or was killed. */
  readonly code: number | null
  readonly stdout: string
  /** The end of what it wrote to both outputs. */
  readonly tail: string
}

const keptLines = 40

/** Runs a helper program to its end. When aborted, it and all of its process group are killed. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const { env, cwd, signal, onLine } = options
    const child = spawn(command, args, {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd && { cwd }),
    })
    const lines: string[] = []
    let stdout = ''
    const hear = splitter((line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      onLine?.(line)
    })
    const abort = () => {
      if (child.pid !== undefined) killGroup(child.pid)
    }
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout.length < 1 << 20) stdout += chunk.toString()
      hear(chunk)
    })
    child.stderr.on('data', hear)
    const finish = (code: number | null, problem?: string) => {
      signal?.removeEventListener('abort', abort)
      resolve({ code, stdout, tail: [...lines, ...(problem === undefined ? [] : [problem])].join('\n') })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('close', (code) => finish(code))
  })
}

function splitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = ''
  return (chunk) => {
    const parts = (rest + chunk.toString()).split(/\r?\n|\r/)
    rest = parts.pop() ?? ''
    for (const line of parts) if (line.trim() !== '') onLine(line.trimEnd())
    if (rest.length > 10_000) rest = ''
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
