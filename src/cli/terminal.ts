/** What the program stands on: streams, environment, and how wide the screen is. */
export interface Terminal {
  readonly write: (text: string | Uint8Array) => void
  readonly warn: (text: string) => void
  /** All of standard input as text. */
  readonly read: () => Promise<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly directory: string
  /** Characters in a line; infinite when nobody looks. */
  readonly width: number
  readonly colour: boolean
  /** Whether a person can be asked. */
  readonly interactive: boolean
}

/** The terminal of this process: the only place of the command line that reads its environment. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process
  const seen = stdout.isTTY === true
  return {
    write: (text) => void stdout.write(text),
    warn: (text) => void stderr.write(text),
    async read() {
      let text = ''
      stdin.setEncoding('utf8')
      for await (const chunk of stdin) text += String(chunk)
      return text
    },
    environment: env,
    directory: process.cwd(),
    width: seen ? Math.max(40, stdout.columns) : Number.POSITIVE_INFINITY,
    colour: seen && env.NO_COLOR === undefined && env.TERM !== 'dumb',
    interactive: stdin.isTTY === true && seen,
  }
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const
export type Tone = keyof typeof codes

export function paint(terminal: Pick<Terminal, 'colour'>, tone: Tone, text: string): string {
  return terminal.colour ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text
}

/** Words for states all over the platform, by what they mean to a person. */
const tones: Readonly<Record<string, Tone>> = {
  ...named(
    'green',
    'healthy',
    'ok',
    'succeeded',
    'completed',
    'finished',
    'serving',
    'ready',
    'resolved',
    'passed',
    'cached',
  ),
  ...named('red', 'failing', 'failed', 'open', 'aborted', 'down', 'rejected', 'killed'),
  ...named('yellow', 'degraded', 'warning', 'awaiting_approval', 'acknowledged', 'paused', 'waiting'),
  ...named(
    'blue',
    'running',
    'active',
    'starting',
    'gating',
    'rolling_out',
    'loading',
    'measuring',
    'applying',
  ),
}

function named(tone: Tone, ...words: string[]): Record<string, Tone> {
  return Object.fromEntries(words.map((word) => [word, tone]))
}

/** A state in its colour. */
export function state(terminal: Pick<Terminal, 'colour'>, word: string): string {
  const tone = tones[word]
  return tone === undefined ? word : paint(terminal, tone, word)
}

/** Aborts on the first Ctrl-C or request to stop; the second ends the program at once. */
export function interruption(): AbortSignal {
  const stop = new AbortController()
  const hear = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear)
  return stop.signal
}
