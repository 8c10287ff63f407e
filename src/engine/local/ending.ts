import type { JobLimits } from '../engine.ts'
import type { Ending } from './layout.ts'
import { type Exit, signalOfCode } from './supervise.ts'

/** What happened, in one sentence for people, with the last lines of the log where they are the reason. */
export function describeExit(
  exit: Exit,
  limits: JobLimits,
  lastLines: readonly string[],
): Pick<Ending, 'outcome' | 'exitCode' | 'message'> {
  const exitCode = exit.code
  const peak = exit.usage.peakBytes ?? 0
  switch (exit.stopped) {
    case 'cancelled':
      return { outcome: 'cancelled', exitCode, message: 'The job was cancelled.' }
    case 'timeout': {
      const message = `The command was stopped at its time limit of ${duration(limits.timeoutMs)}.${hint(lastLines)}`
      return { outcome: 'timeout', exitCode, message }
    }
    case 'out_of_memory': {
      const message = `The job was stopped at its memory limit of ${size(limits.memoryBytes)}: its processes together used ${size(peak)}.`
      return { outcome: 'out_of_memory', exitCode, message }
    }
    case undefined:
  }
  if (exit.code === 0) return { outcome: 'succeeded', exitCode, message: 'The command succeeded.' }
  return { outcome: 'failed', exitCode, message: `${failure(exit)}${hint(lastLines)}` }
}

function failure(exit: Exit): string {
  const signal = exit.signal ?? (exit.code === null ? undefined : signalOfCode(exit.code))
  if (signal === 'SIGKILL') {
    return 'The command was ended by SIGKILL from outside the platform, as happens when the machine runs out of memory.'
  }
  if (signal !== undefined) return `The command was ended by ${signal}.`
  if (exit.code === 127) return 'The command was not found (exit code 127).'
  return `The command failed with exit code ${exit.code}.`
}

function hint(lines: readonly string[]): string {
  if (lines.length === 0) return ' It wrote nothing to its log.'
  return ` Its log ends with:\n${lines.map((line) => line.slice(0, 500)).join('\n')}`
}

/** For example `512 MiB` or `1.5 GiB`. */
export function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${Math.round((bytes / 2 ** 30) * 10) / 10} GiB`
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`
  return `${Math.round(ms / 6000) / 10} min`
}
