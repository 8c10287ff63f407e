import { type Given, parseOptions, readSettings, settings } from '../config/index.ts'

interface Call {
  readonly words: readonly string[]
  readonly signal: AbortSignal
}

/** What the command line runs here rather than asks a platform. Each loads its part only when it is called. */
export const localHandlers = {
  settings: Object.values(settings).flatMap((setting) => ('option' in setting ? [setting] : [])),
  up: async (call: Call) => (await import('./up.ts')).up(given(call), call.signal),
  serve: async (call: Call) => (await import('./serve.ts')).serve(given(call)),
  worker: async (call: Call) => (await import('./worker.ts')).work(given(call)),
  modelServer: async (call: Call) => (await import('./model-server.ts')).serveModels(given(call)),
  doctor: async (call: Call & { json: boolean }) => (await import('./doctor.ts')).doctor(given(call), call),
  backup: async (call: Call & { file: string }) =>
    (await import('./backup-command.ts')).backup(given(call), call.file),
  restore: async (call: Call & { file: string }) =>
    (await import('./backup-command.ts')).restore(given(call), call.file),
  quickstart: async (call: Call & { exit: boolean }) =>
    (await import('./quickstart/index.ts')).quickstart(
      given(call),
      { exit: call.exit, fault: true },
      call.signal,
    ),
}

function given(call: Call): Given {
  return readSettings(process.env, parseOptions(call.words).options)
}
